import { describe, expect, it } from "vitest";

import { type Effect, formatEffect } from "../../src/core/effects.ts";

const PULL_REQUEST = {
  type: "open-pull-request",
  issue: 12,
  branch: "feature/issue-12",
  base: "main",
  title: "feat: x (#12)",
  body: "",
  isDraft: false,
} as const;

describe("formatEffect", () => {
  it.each<readonly [string, Effect]>([
    ["label #12 state:ready", { type: "set-state-label", issue: 12, state: "ready" }],
    ["remove the state label of #12", { type: "set-state-label", issue: 12, state: undefined }],
    ["write the status comment of #12", { type: "write-status-comment", issue: 12, body: "x" }],
    ["comment on #12 (cycle)", { type: "comment-once", issue: 12, key: "cycle", body: "x" }],
    ["open a pull request for #12 from feature/issue-12", PULL_REQUEST],
    ["open a draft for #12 from feature/issue-12", { ...PULL_REQUEST, isDraft: true }],
    [
      "label pull request #40",
      { type: "describe-pull-request", pullRequest: 40, labels: ["bug"], milestone: 3 },
    ],
    ["close #12", { type: "close-issue", issue: 12 }],
    [
      "write the progress of milestone 3",
      { type: "write-milestone-block", milestone: 3, block: "x" },
    ],
    ["start the next tick", { type: "start-tick" }],
  ])("says %j", (line, effect) => {
    expect(formatEffect(effect)).toBe(line);
  });
});
