import * as v from "valibot";

/** Real counts over all projects of a test run. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
}

/** The part of vitest's JSON report that the counts come from. */
const reportSchema = v.object({
  testResults: v.array(
    v.object({ status: v.string(), assertionResults: v.array(v.object({ status: v.string() })) }),
  ),
});

/**
 * Counts the tests of vitest's JSON report. A file that failed without a failed test (it did not
 * load, a hook threw) counts as one failure; so does a run that exited with an error although
 * nothing in the report failed, or that left no report (`report` is `undefined`).
 */
export function summarizeTests(report: unknown, exitCode: number): TestSummary {
  const parsed = v.safeParse(reportSchema, report);
  let passed = 0;
  let failed = 0;
  for (const file of parsed.success ? parsed.output.testResults : []) {
    const failures = file.assertionResults.filter((test) => test.status === "failed").length;
    passed += file.assertionResults.filter((test) => test.status === "passed").length;
    failed += file.status === "failed" ? Math.max(failures, 1) : failures;
  }
  const unexplained = failed === 0 && (exitCode !== 0 || !parsed.success);
  return { passed, failed: unexplained ? 1 : failed };
}

/** Returns the line that ends a test run; scripts read it, so its form is fixed. */
export function formatTestSummary(summary: TestSummary): string {
  return `${summary.passed} passed, ${summary.failed} failed`;
}
