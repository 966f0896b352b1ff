import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ConfigurationError } from "../../core/failure.ts";
import type { TickPlan } from "../../core/plan/tick-plan.ts";

/**
 * Writes the plan for the next step of this job and returns its path with its SHA-256: one input
 * string of a big plan would not fit into an environment variable [F98].
 */
export async function writePlanFile(
  tick: TickPlan,
  directory: string,
): Promise<{ readonly path: string; readonly digest: string }> {
  const text = JSON.stringify(tick);
  const path = join(directory, "water-spider-plan.json");
  await writeFile(path, text);
  return { path, digest: hash(text) };
}

/** Reads the plan back; a file that is not the one whose digest was handed on is refused. */
export async function readPlanFile(path: string, digest: string): Promise<TickPlan> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new ConfigurationError(
      `The input 'plan' names the file '${path}', which cannot be read. Hand on the output 'plan' of the collect step of the same job.`,
      { cause: error },
    );
  }
  if (hash(text) !== digest) {
    throw new ConfigurationError(
      `The plan in '${path}' does not match the input 'plan-digest'. Hand on both outputs of one collect step of the same job.`,
    );
  }
  // The digest says that collect wrote it, a step earlier, from the same sources as this program.
  const tick: TickPlan = JSON.parse(text);
  return tick;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
