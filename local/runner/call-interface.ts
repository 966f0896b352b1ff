import type { Scope } from "./expressions.ts";
import type { CallJob } from "./job-definition.ts";
import { evaluateValue } from "./template.ts";
import { InvalidFileError } from "./unsupported.ts";
import { isMapping, mappingAt, textAt, type Mapping, type Value } from "./value.ts";
import type { WorkflowFile } from "./workflow-file.ts";

const INPUT_TYPES = ["string", "number", "boolean", "choice", "environment"] as const;

type InputType = (typeof INPUT_TYPES)[number];

interface InputDefinition {
  readonly type: InputType;
  readonly required: boolean;
  readonly fallback: Value | undefined;
}

function inputsOf(file: WorkflowFile, event: string): ReadonlyMap<string, InputDefinition> {
  const inputs = mappingAt(file.on[event] ?? {}, "inputs");
  return new Map(
    Object.keys(inputs).map((name) => {
      const input = mappingAt(inputs, name);
      return [
        name,
        {
          type: INPUT_TYPES.find((type) => type === input["type"]) ?? "string",
          required: input["required"] === true,
          fallback: input["default"],
        },
      ];
    }),
  );
}

/** Refuses a call that GitHub would not start: inputs and secrets are checked before any `if`. */
export function checkCall(job: CallJob, called: WorkflowFile, place: string): void {
  const call = called.on["workflow_call"];
  if (call === undefined) {
    throw new InvalidFileError(`${place}: ${called.path} has no 'workflow_call' trigger.`);
  }
  const inputs = inputsOf(called, "workflow_call");
  for (const name of Object.keys(job.with)) {
    if (!inputs.has(name)) {
      throw new InvalidFileError(
        `${place}: Invalid input, ${name} is not defined in the referenced workflow.`,
      );
    }
  }
  for (const [name, input] of inputs) {
    if (input.required && !(name in job.with)) {
      throw new InvalidFileError(
        `${place}: Input ${name} is required, but not provided while calling.`,
      );
    }
  }
  checkSecrets(job, mappingAt(call, "secrets"), place);
}

function checkSecrets(job: CallJob, declared: Mapping, place: string): void {
  if (job.secrets === "inherit") {
    return;
  }
  for (const name of Object.keys(job.secrets)) {
    if (!(name in declared)) {
      throw new InvalidFileError(
        `${place}: Invalid secret, ${name} is not defined in the referenced workflow.`,
      );
    }
  }
  for (const [name, secret] of Object.entries(declared)) {
    if (isMapping(secret) && secret["required"] === true && !(name in job.secrets)) {
      throw new InvalidFileError(
        `${place}: Secret ${name} is required, but not provided while calling.`,
      );
    }
  }
}

/** The `inputs` of a called workflow, typed as declared. */
export function callInputs(given: Mapping, called: WorkflowFile, scope: Scope): Mapping {
  return typedInputs(inputsOf(called, "workflow_call"), given, scope, called.path);
}

/** The `inputs` of a dispatched run: GitHub hands them over as texts. */
export function dispatchInputs(given: Mapping, file: WorkflowFile, scope: Scope): Mapping {
  const definitions = inputsOf(file, "workflow_dispatch");
  const typed = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      fromText(value, definitions.get(name)?.type ?? "string"),
    ]),
  );
  return typedInputs(definitions, typed, scope, file.path);
}

function fromText(value: Value, type: InputType): Value {
  if (typeof value !== "string") {
    return value;
  }
  if (type === "boolean") {
    return value === "true";
  }
  return type === "number" ? Number(value) : value;
}

const EMPTY: Readonly<Record<InputType, Value>> = {
  string: "",
  choice: "",
  environment: "",
  number: 0,
  boolean: false,
};

function typedInputs(
  definitions: ReadonlyMap<string, InputDefinition>,
  given: Mapping,
  scope: Scope,
  path: string,
): Mapping {
  const entries = [...definitions].map(([name, definition]): [string, Value] => {
    const value =
      given[name] ?? evaluateValue(definition.fallback ?? EMPTY[definition.type], scope);
    const wanted = typeof EMPTY[definition.type];
    if (typeof value !== wanted && wanted !== "string") {
      throw new InvalidFileError(
        `${path}: the input '${name}' must be a ${wanted}, but is ${JSON.stringify(value)}.`,
      );
    }
    return [name, wanted === "string" ? (textAt({ value }, "value") ?? "") : value];
  });
  return Object.fromEntries(entries);
}
