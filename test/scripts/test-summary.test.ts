import { describe, expect, it } from "vitest";

import { formatTestSummary, summarizeTests } from "../../scripts/test-summary.ts";

function aFile(status: string, ...tests: string[]): unknown {
  return { status, assertionResults: tests.map((test) => ({ status: test })) };
}

describe("summarizeTests", () => {
  it("counts passed and failed tests over all files, and no skipped ones", () => {
    const report = {
      testResults: [
        aFile("passed", "passed", "skipped", "passed"),
        aFile("failed", "passed", "failed", "failed"),
      ],
    };

    expect(summarizeTests(report, 1)).toEqual({ passed: 3, failed: 2 });
  });

  it("counts a file that failed without a failed test as one failure", () => {
    const report = {
      testResults: [aFile("failed"), aFile("failed", "skipped"), aFile("passed", "passed")],
    };

    expect(summarizeTests(report, 1)).toEqual({ passed: 1, failed: 2 });
  });

  it("counts an exit with an error that no test explains as one failure", () => {
    const report = { testResults: [aFile("passed", "passed")] };

    expect(summarizeTests(report, 1)).toEqual({ passed: 1, failed: 1 });
  });

  it.each([undefined, "", { testResults: "none" }])(
    "counts a run that left no readable report as one failure: %j",
    (report) => {
      expect(summarizeTests(report, 0)).toEqual({ passed: 0, failed: 1 });
    },
  );
});

describe("formatTestSummary", () => {
  it("is the line that scripts look for", () => {
    expect(formatTestSummary({ passed: 12, failed: 0 })).toBe("12 passed, 0 failed");
  });
});
