import { checkKeys, InvalidFileError, UnsupportedError } from "./unsupported.ts";
import { isMapping, isSequence, mappingAt, textAt, type Mapping, type Value } from "./value.ts";

interface StepBase {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly condition: string | undefined;
  readonly env: Mapping;
  readonly continueOnError: Value;
  readonly timeoutMinutes: Value;
}

export interface ScriptStep extends StepBase {
  readonly type: "script";
  readonly script: string;
  readonly shell: string | undefined;
  readonly workingDirectory: string | undefined;
}

export interface ActionStep extends StepBase {
  readonly type: "action";
  readonly uses: string;
  readonly with: Mapping;
}

export type StepDefinition = ScriptStep | ActionStep;

const COMMON_KEYS = ["id", "name", "if", "env", "continue-on-error", "timeout-minutes"];

/** Reads a `steps` list; `place` names the file and job for messages. */
export function parseSteps(value: Value | undefined, place: string): readonly StepDefinition[] {
  if (!isSequence(value)) {
    throw new InvalidFileError(`${place}: 'steps' must be a list.`);
  }
  return value.map((step, index) => parseStep(step, `${place}, step ${index + 1}`));
}

function parseStep(value: Value, place: string): StepDefinition {
  if (!isMapping(value)) {
    throw new InvalidFileError(`${place}: a step must be a mapping.`);
  }
  const base: StepBase = {
    id: textAt(value, "id"),
    name: textAt(value, "name"),
    condition: textAt(value, "if"),
    env: mappingAt(value, "env"),
    continueOnError: value["continue-on-error"] ?? false,
    timeoutMinutes: value["timeout-minutes"] ?? null,
  };
  const script = textAt(value, "run");
  const uses = textAt(value, "uses");
  if (script !== undefined && uses === undefined) {
    checkKeys(value, place, [...COMMON_KEYS, "run", "shell", "working-directory"]);
    const shell = textAt(value, "shell");
    const workingDirectory = textAt(value, "working-directory");
    return { ...base, type: "script", script, shell, workingDirectory };
  }
  if (uses === undefined || script !== undefined) {
    const keys = Object.keys(value).join(", ");
    throw new UnsupportedError(`${place}: a step needs either 'run' or 'uses', but has: ${keys}.`);
  }
  checkKeys(value, place, [...COMMON_KEYS, "uses", "with"]);
  if (uses.startsWith("docker://")) {
    throw new UnsupportedError(`${place}: the key 'uses' with '${uses}' (docker) is not emulated.`);
  }
  return { ...base, type: "action", uses, with: mappingAt(value, "with") };
}

/** The name GitHub shows for a step without one. */
export function defaultStepName(step: StepDefinition): string {
  return step.type === "action" ? `Run ${step.uses}` : `Run ${step.script.trim().split("\n")[0]}`;
}
