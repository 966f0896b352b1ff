import { parse } from "yaml";

import {
  parseConcurrency,
  parseDefaults,
  parseJob,
  type ConcurrencyDefinition,
  type JobDefinition,
  type RunDefaults,
} from "./job-definition.ts";
import { parsePermissions, type Permissions } from "./permissions.ts";
import { checkKeys, InvalidFileError } from "./unsupported.ts";
import {
  isMapping,
  isSequence,
  mappingAt,
  textAt,
  textsAt,
  toValue,
  type Mapping,
  type Value,
} from "./value.ts";

/** The commit that a file was read from, and where its repository lies on disk. */
export interface Origin {
  readonly repository: string;
  readonly sha: string;
  /** The ref as it was asked for: `refs/heads/main`, `v1`, or a SHA. */
  readonly ref: string;
  readonly directory: string;
}

export interface WorkflowFile {
  readonly origin: Origin;
  /** Inside the repository: `.github/workflows/ci.yml`. */
  readonly path: string;
  readonly name: string;
  readonly runName: string | undefined;
  /** Event name to its configuration; an event without one has an empty mapping. */
  readonly on: Readonly<Record<string, Mapping>>;
  readonly permissions: Permissions | undefined;
  readonly env: Mapping;
  readonly defaults: RunDefaults;
  readonly concurrency: ConcurrencyDefinition | undefined;
  readonly cacheMode: string | undefined;
  readonly jobs: readonly JobDefinition[];
}

const KEYS = [
  "name",
  "run-name",
  "on",
  "permissions",
  "env",
  "defaults",
  "concurrency",
  "cache-mode",
  "jobs",
];

/** Reads the root mapping of a YAML file. */
export function readMapping(text: string, place: string): Mapping {
  try {
    const value = toValue(parse(text, { merge: false }));
    if (isMapping(value)) {
      return value;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidFileError(`${place}: ${reason}`, { cause: error });
  }
  throw new InvalidFileError(`${place}: the file must hold a mapping.`);
}

/** Reads the triggers alone, so that files of events that never come are not judged. */
export function parseTriggers(text: string, path: string): WorkflowFile["on"] {
  return triggersOf(readMapping(text, path)["on"], path);
}

/** Reads a whole workflow file, refusing what is not emulated. */
export function parseWorkflowFile(text: string, path: string, origin: Origin): WorkflowFile {
  const root = readMapping(text, path);
  checkKeys(root, path, KEYS);
  const jobs = Object.entries(mappingAt(root, "jobs")).map(([id, job]) => parseJob(id, job, path));
  return {
    origin,
    path,
    name: textAt(root, "name") ?? path,
    runName: textAt(root, "run-name"),
    on: triggersOf(root["on"], path),
    permissions: parsePermissions(root["permissions"], path),
    env: mappingAt(root, "env"),
    defaults: parseDefaults(root, path),
    concurrency: parseConcurrency(root["concurrency"], path),
    cacheMode: textAt(root, "cache-mode"),
    jobs: inOrder(jobs, path),
  };
}

function triggersOf(value: Value | undefined, path: string): WorkflowFile["on"] {
  if (typeof value === "string") {
    return { [value]: {} };
  }
  if (isSequence(value)) {
    return Object.fromEntries(textsAt({ value }, "value").map((name) => [name, {}]));
  }
  if (isMapping(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, configuration]) => [
        name,
        isSequence(configuration) ? { schedules: configuration } : mappingAt(value, name),
      ]),
    );
  }
  throw new InvalidFileError(`${path}: 'on' is missing.`);
}

/** Puts every job behind the jobs it needs; an unknown job or a circle is refused. */
function inOrder(jobs: readonly JobDefinition[], path: string): readonly JobDefinition[] {
  const ordered: JobDefinition[] = [];
  const ids = new Set(jobs.map((job) => job.id));
  for (const job of jobs) {
    const unknown = job.needs.find((id) => !ids.has(id));
    if (unknown !== undefined) {
      throw new InvalidFileError(`${path}, job '${job.id}': 'needs' names no job: '${unknown}'.`);
    }
  }
  while (ordered.length < jobs.length) {
    const done = new Set(ordered.map((job) => job.id));
    const next = jobs.filter((job) => !done.has(job.id) && job.needs.every((id) => done.has(id)));
    if (next.length === 0) {
      throw new InvalidFileError(`${path}: the jobs need each other in a circle.`);
    }
    ordered.push(...next);
  }
  return ordered;
}
