// `npm test`: every ring but the deep one (`--deep` adds it); further arguments go to vitest, for
// example `npm test -- test/core/plan`. The last line is `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PROJECT_ROOT } from "./project-root.ts";
import { runCommand } from "./run-command.ts";
import { formatTestSummary, summarizeTests } from "./test-summary.ts";

const args = process.argv.slice(2);
const projects = ["unit", "world", "e2e", ...(args.includes("--deep") ? ["deep"] : [])];
const folder = mkdtempSync(join(tmpdir(), "water-spider-tests-"));
const reportPath = join(folder, "report.json");

/** Returns vitest's report, or `undefined` when it ended before writing one. */
function tryReadReport(): unknown {
  try {
    return JSON.parse(readFileSync(reportPath, "utf8"));
  } catch {
    return undefined;
  }
}

const { exitCode } = await runCommand(
  join(PROJECT_ROOT, "node_modules/.bin/vitest"),
  [
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportPath}`,
    ...args.filter((argument) => argument !== "--deep"),
  ],
  { show: true },
);
const report = tryReadReport();
rmSync(folder, { recursive: true, force: true });

const summary = summarizeTests(report, exitCode);
console.log(`\n${formatTestSummary(summary)}`);
process.exitCode = exitCode === 0 && summary.failed > 0 ? 1 : exitCode;
