// `npm run check`: everything that is worth knowing on every save, in under a minute. The types were
// checked before this program started: bootstrap.mjs compiles and stops at the first type error.
import { join } from "node:path";

import { PROJECT_ROOT } from "./project-root.ts";
import { runCommand, runInLanes } from "./run-command.ts";

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const LANES = 2;

/** The slowest first, so that the two lanes end at about the same time. */
const STEPS: readonly Step[] = [
  { name: "unit tests", ...tool("vitest", "run", "--project", "unit") },
  { name: "lint", ...tool("oxlint", "--deny-warnings") },
  { name: "format", ...tool("oxfmt", "--check") },
  { name: "generated files", ...program("generate-docs.js", "--check") },
  { name: "workflow rules", ...program("lint-workflows.js", "--own-rules") },
];

function tool(name: string, ...args: string[]): Omit<Step, "name"> {
  return { command: join(PROJECT_ROOT, "node_modules/.bin", name), args };
}

function program(name: string, ...args: string[]): Omit<Step, "name"> {
  return { command: process.execPath, args: [join(PROJECT_ROOT, "build/scripts", name), ...args] };
}

const results = await runInLanes(STEPS, LANES, async (step) => {
  const result = await runCommand(step.command, step.args);
  const verdict = result.exitCode === 0 ? "ok" : `FAILED (exit code ${result.exitCode})`;
  console.log(`${step.name.padEnd(16)} ${result.seconds.toFixed(1).padStart(5)} s  ${verdict}`);
  return { ...result, name: step.name };
});

const failed = results.filter((result) => result.exitCode !== 0);
for (const { name, output } of failed) {
  console.log(`\n--- ${name} ---\n${output.trimEnd()}`);
}
process.exitCode = failed.length === 0 ? 0 : 1;
