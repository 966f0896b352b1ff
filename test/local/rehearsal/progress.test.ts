import { describe, expect, it } from "vitest";

import { parseJobName } from "../../../local/rehearsal/job-name.ts";
import { formatChanges, formatProgress } from "../../../local/rehearsal/progress-lines.ts";
import {
  followEvent,
  followSighting,
  startProgress,
  type Progress,
} from "../../../local/rehearsal/progress.ts";

const START = startProgress([
  { number: 1, title: "parse: a line break splits the record", priority: "P0-Critical" },
  { number: 12, title: "New module preview", priority: "P2-Medium" },
]);

describe("parseJobName", () => {
  it.each([
    ["water-spider / plan", { type: "plan" }],
    ["water-spider / i12 / session", { type: "session", issue: 12 }],
    ["water-spider / i12 / finalize", { type: "finalize", issue: 12 }],
    ["water-spider / settle", { type: "other" }],
    ["check", { type: "other" }],
  ])("reads %s", (name, role) => {
    expect(parseJobName(name)).toEqual(role);
  });
});

describe("followEvent", () => {
  it("counts the most sessions that were on runners at once", () => {
    const events = [started(1, 1), started(2, 12), finished(1, 1), finished(2, 12), started(3, 1)];

    const after = events.reduce(followEvent, START);

    expect(after.maxConcurrentSessions).toBe(2);
    expect([...after.sessions.values()]).toEqual([1]);
    expect(after.issues.get(1)).toMatchObject({ phase: "session", sessions: 2 });
  });

  it("does not count a session job that never had a runner", () => {
    const after = followEvent(START, finished(1, 1));

    expect(after).toBe(START);
  });

  it("counts plan jobs that ran to their end as ticks", () => {
    const plan = { type: "job-finished", name: "water-spider / plan", runId: 9, jobId: 8 } as const;
    const at = "2026-11-20T10:00:00.000Z";

    const after = [
      { ...plan, at, conclusion: "success", logFile: undefined } as const,
      { ...plan, at, conclusion: "cancelled", logFile: undefined } as const,
    ].reduce(followEvent, START);

    expect(after.ticks).toBe(1);
  });
});

describe("followSighting", () => {
  it("returns the same object when GitHub shows nothing new", () => {
    const once = sight(START, "ready");

    expect(sight(once, "ready")).toBe(once);
    expect(once.issues.get(1)).toMatchObject({ state: "ready" });
  });

  it("takes the merge as the end of an issue", () => {
    const merged = new Map([[1, { number: 14, merged: true }]]);
    const at = "2026-11-20T10:00:09.000Z";

    const after = followSighting(START, { at, states: new Map(), pullRequests: merged });

    expect(after.issues.get(1)).toMatchObject({ finishedAt: at });
  });
});

describe("formatProgress", () => {
  const clock = {
    startedMs: Date.parse("2026-11-20T10:00:00.000Z"),
    nowMs: Date.parse("2026-11-20T10:01:15.500Z"),
  };

  it("shows a line per issue with state, runner, elapsed time and title", () => {
    const lines = formatProgress(followEvent(sight(START, "ready"), started(1, 12)), clock, 100);

    expect(lines).toEqual([
      "Water Spider rehearsal 1:15 · 0 ticks · 1 session running · 0 merged",
      "  #1  P0  ready                            parse: a line break splits the record",
      " #12  P2  running         mac-1-1    1:14  New module preview",
    ]);
  });

  it("cuts lines to the width of the terminal", () => {
    for (const line of formatProgress(START, clock, 40)) {
      expect(line.length).toBeLessThanOrEqual(40);
    }
  });
});

describe("formatChanges", () => {
  it("says nothing when nothing changed", () => {
    expect(formatChanges(START, START, 1000)).toEqual([]);
  });

  it("names the issue that stands elsewhere now, and the runner", () => {
    const after = followEvent(START, started(1, 12));

    expect(formatChanges(START, after, 2_345)).toEqual([
      "   2.3 s  #12 running on mac-1-1  New module preview",
    ]);
  });
});

function started(jobId: number, issue: number): Parameters<typeof followEvent>[1] {
  return {
    type: "job-started",
    at: "2026-11-20T10:00:01.000Z",
    runId: 1,
    jobId,
    name: `water-spider / i${issue} / session`,
    runnerName: "mac-1-1",
    labels: ["self-hosted"],
  };
}

function finished(jobId: number, issue: number): Parameters<typeof followEvent>[1] {
  return {
    type: "job-finished",
    at: "2026-11-20T10:00:05.000Z",
    runId: 1,
    jobId,
    name: `water-spider / i${issue} / session`,
    conclusion: "success",
    logFile: undefined,
  };
}

function sight(progress: Progress, state: string): Progress {
  const at = "2026-11-20T10:00:02.000Z";
  return followSighting(progress, { at, states: new Map([[1, state]]), pullRequests: new Map() });
}
