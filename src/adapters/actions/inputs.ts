import * as core from "@actions/core";

import { ConfigurationError } from "../../core/failure.ts";

// The runner enforces neither `required` nor any type, so every input is checked here.

/** Reads a text input that must not be empty. */
export function requiredInput(name: string): string {
  const text = core.getInput(name);
  if (text === "") {
    throw new ConfigurationError(`The input '${name}' is missing.`);
  }
  return text;
}

/** Reads a text input; empty when it is not given. */
export function optionalInput(name: string): string {
  return core.getInput(name);
}

/** Reads a whole number of at least `min`. */
export function integerInput(name: string, min: number): number {
  const text = core.getInput(name);
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < min) {
    throw new ConfigurationError(
      `The input '${name}' must be a whole number of at least ${min}, but is '${text}'.`,
    );
  }
  return value;
}

/** Reads `true` or `false`; empty counts as `false`. */
export function booleanInput(name: string): boolean {
  const text = core.getInput(name).toLowerCase();
  if (text !== "" && text !== "true" && text !== "false") {
    throw new ConfigurationError(
      `The input '${name}' must be 'true' or 'false', but is '${text}'.`,
    );
  }
  return text === "true";
}

/** Reads a text input that must have a certain form; `allowed` describes it for people. */
export function patternInput(name: string, pattern: RegExp, allowed: string): string {
  const text = core.getInput(name);
  if (!pattern.test(text)) {
    throw new ConfigurationError(`The input '${name}' must be ${allowed}, but is '${text}'.`);
  }
  return text;
}

/** Reads one of these texts; empty counts as the first one. */
export function choiceInput<const C extends string>(
  name: string,
  choices: readonly [C, ...C[]],
): C {
  const text = core.getInput(name) || choices[0];
  const choice = choices.find((one) => one === text);
  if (choice === undefined) {
    throw new ConfigurationError(
      `The input '${name}' must be one of ${choices.join(", ")}, but is '${text}'.`,
    );
  }
  return choice;
}
