import { parsePermissions, type Permissions } from "./permissions.ts";
import { parseSteps, type StepDefinition } from "./step-definition.ts";
import { checkKeys, InvalidFileError } from "./unsupported.ts";
import { isMapping, mappingAt, textAt, textsAt, type Mapping, type Value } from "./value.ts";

export interface ConcurrencyDefinition {
  /** A template: job-level groups may use matrix and needs. */
  readonly group: string;
  readonly cancelInProgress: Value;
  readonly queue: "single" | "max";
}

export interface RunDefaults {
  readonly shell: string | undefined;
  readonly workingDirectory: string | undefined;
}

interface JobBase {
  readonly id: string;
  readonly name: string | undefined;
  readonly needs: readonly string[];
  readonly condition: string | undefined;
  /** The `strategy` as written; its expressions are evaluated when the job's turn comes. */
  readonly strategy: Mapping | undefined;
  readonly permissions: Permissions | undefined;
  readonly concurrency: ConcurrencyDefinition | undefined;
}

export interface StepsJob extends JobBase {
  readonly type: "steps";
  readonly runsOn: Value;
  readonly env: Mapping;
  readonly defaults: RunDefaults;
  readonly outputs: Mapping;
  readonly timeoutMinutes: Value;
  readonly continueOnError: Value;
  readonly cacheMode: string | undefined;
  readonly steps: readonly StepDefinition[];
}

export interface CallJob extends JobBase {
  readonly type: "call";
  readonly uses: string;
  readonly with: Mapping;
  readonly secrets: Mapping | "inherit";
  readonly cacheMode: string | undefined;
}

export type JobDefinition = StepsJob | CallJob;

const COMMON_KEYS = ["name", "needs", "if", "strategy", "permissions", "concurrency", "cache-mode"];
const STEPS_KEYS = [
  "runs-on",
  "env",
  "defaults",
  "outputs",
  "timeout-minutes",
  "continue-on-error",
  "steps",
];
const CALL_KEYS = ["uses", "with", "secrets"];

/** Reads one entry of `jobs`; `file` names the file for messages. */
export function parseJob(id: string, value: Value, file: string): JobDefinition {
  const place = `${file}, job '${id}'`;
  if (!isMapping(value)) {
    throw new InvalidFileError(`${place}: a job must be a mapping.`);
  }
  const strategy = value["strategy"];
  if (isMapping(strategy)) {
    checkKeys(strategy, `${place}, strategy`, ["matrix", "fail-fast", "max-parallel"]);
  }
  const base: JobBase = {
    id,
    name: textAt(value, "name"),
    needs: textsAt(value, "needs"),
    condition: textAt(value, "if"),
    strategy: isMapping(strategy) ? strategy : undefined,
    permissions: parsePermissions(value["permissions"], place),
    concurrency: parseConcurrency(value["concurrency"], place),
  };
  const uses = textAt(value, "uses");
  return uses === undefined ? stepsJob(base, value, place) : callJob(base, uses, value, place);
}

function stepsJob(base: JobBase, value: Mapping, place: string): StepsJob {
  checkKeys(value, place, [...COMMON_KEYS, ...STEPS_KEYS]);
  const runsOn = value["runs-on"];
  if (runsOn === undefined || runsOn === null) {
    throw new InvalidFileError(`${place}: 'runs-on' is missing.`);
  }
  if (isMapping(runsOn)) {
    checkKeys(runsOn, `${place}, runs-on`, ["labels"]);
  }
  return {
    ...base,
    type: "steps",
    runsOn: isMapping(runsOn) ? (runsOn["labels"] ?? []) : runsOn,
    env: mappingAt(value, "env"),
    defaults: parseDefaults(value, place),
    outputs: mappingAt(value, "outputs"),
    timeoutMinutes: value["timeout-minutes"] ?? 360,
    continueOnError: value["continue-on-error"] ?? false,
    cacheMode: textAt(value, "cache-mode"),
    steps: parseSteps(value["steps"], place),
  };
}

function callJob(base: JobBase, uses: string, value: Mapping, place: string): CallJob {
  checkKeys(value, place, [...COMMON_KEYS, ...CALL_KEYS]);
  const secrets = value["secrets"] === "inherit" ? "inherit" : mappingAt(value, "secrets");
  const cacheMode = textAt(value, "cache-mode");
  return { ...base, type: "call", uses, with: mappingAt(value, "with"), secrets, cacheMode };
}

/** Reads `defaults.run` of a workflow or job. */
export function parseDefaults(value: Mapping, place: string): RunDefaults {
  const defaults = mappingAt(value, "defaults");
  checkKeys(defaults, `${place}, defaults`, ["run"]);
  const run = mappingAt(defaults, "run");
  checkKeys(run, `${place}, defaults.run`, ["shell", "working-directory"]);
  return { shell: textAt(run, "shell"), workingDirectory: textAt(run, "working-directory") };
}

/** Reads a `concurrency` value; `undefined` when the key is absent. */
export function parseConcurrency(
  value: Value | undefined,
  place: string,
): ConcurrencyDefinition | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value === "string") {
    return { group: value, cancelInProgress: false, queue: "single" };
  }
  if (!isMapping(value)) {
    throw new InvalidFileError(`${place}: 'concurrency' must be a text or a mapping.`);
  }
  checkKeys(value, `${place}, concurrency`, ["group", "cancel-in-progress", "queue"]);
  const group = textAt(value, "group");
  const queue = textAt(value, "queue") ?? "single";
  const cancelInProgress = value["cancel-in-progress"] ?? false;
  if (group === undefined || (queue !== "single" && queue !== "max")) {
    throw new InvalidFileError(`${place}: 'concurrency' needs a group, and queue single or max.`);
  }
  if (queue === "max" && cancelInProgress !== false) {
    throw new InvalidFileError(
      `${place}: 'queue: max' and 'cancel-in-progress' exclude each other.`,
    );
  }
  return { group, cancelInProgress, queue };
}
