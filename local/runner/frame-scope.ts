import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import picomatch from "picomatch";

import type { ExpressionFunction, Scope } from "./expressions.ts";
import type { Frame, StepEnding } from "./job-context.ts";
import { listFiles } from "./stand-ins/file-search.ts";
import { isMapping, type Mapping } from "./value.ts";

/** The status that conditions in this frame see. */
export function frameStatus(frame: Frame): StepEnding {
  return frame.composite === undefined && frame.job.cancellation.requested
    ? "cancelled"
    : frame.status;
}

/** The variables that steps of this frame start from, without those of a step itself. */
export function frameEnvironment(frame: Frame): Record<string, string> {
  const { job } = frame;
  return { ...job.env, ...Object.fromEntries(job.exported), ...frame.composite?.env };
}

/** What expressions of a step can see. */
export function frameScope(frame: Frame, stepEnv: Readonly<Record<string, string>> = {}): Scope {
  const { job, composite } = frame;
  const github = isMapping(job.contexts["github"]) ? job.contexts["github"] : {};
  const own: Record<string, Mapping> =
    composite === undefined
      ? {}
      : { inputs: composite.inputs, github: { ...github, ...composite.github } };
  const { secrets, ...shared } = job.contexts;
  return {
    contexts: {
      ...shared,
      // Composite actions see no secrets: what they need comes as an input.
      ...(composite === undefined && secrets !== undefined ? { secrets } : {}),
      ...own,
      env: { ...frameEnvironment(frame), ...stepEnv },
      steps: Object.fromEntries([...frame.steps].map(([id, record]) => [id, { ...record }])),
      job: {
        ...(isMapping(job.contexts["job"]) ? job.contexts["job"] : {}),
        status: frameStatus(frame),
      },
    },
    functions: frameFunctions(frame),
  };
}

function frameFunctions(frame: Frame): Readonly<Record<string, ExpressionFunction>> {
  const { job } = frame;
  return {
    always: () => true,
    success: () => frameStatus(frame) === "success",
    failure: () => frameStatus(frame) === "failure",
    cancelled: () => job.cancellation.requested,
    hashFiles: (patterns) => hashFiles(job.directories.workspace, patterns),
  };
}

/** The hash of the hashes of all matching files of the workspace; empty text when none matches. */
function hashFiles(workspace: string, patterns: readonly string[]): string {
  const lines = patterns.flatMap((pattern) => pattern.split("\n")).map((line) => line.trim());
  const wanted = lines.filter((line) => line !== "" && !line.startsWith("!"));
  const unwanted = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const isWanted = picomatch(wanted, { dot: true });
  const isUnwanted = unwanted.length === 0 ? () => false : picomatch(unwanted, { dot: true });
  const files = listFiles(workspace, true)
    .map((file) => relative(workspace, file))
    .filter((file) => isWanted(file) && !isUnwanted(file))
    .toSorted();
  if (files.length === 0) {
    return "";
  }
  const whole = createHash("sha256");
  for (const file of files) {
    whole.update(
      createHash("sha256")
        .update(readFileSync(join(workspace, file)))
        .digest(),
    );
  }
  return whole.digest("hex");
}
