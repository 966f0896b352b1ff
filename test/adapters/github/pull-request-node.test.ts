import { describe, expect, it } from "vitest";

import { parsePullRequestNode } from "../../../src/adapters/github/pull-request-node.ts";

const NODE = {
  number: 40,
  headRefName: "feature/issue-12",
  headRefOid: "d".repeat(40),
  state: "OPEN",
  isDraft: true,
  isCrossRepository: false,
  url: "https://github.com/o/r/pull/40",
  labels: { nodes: [{ name: "bug" }] },
  milestone: { number: 3 },
};

function parse(fields: Readonly<Record<string, unknown>> = {}) {
  return parsePullRequestNode({ ...NODE, ...fields }, "feature/issue-");
}

describe("parsePullRequestNode", () => {
  it("reads a pull request of ours", () => {
    expect(parse()).toEqual({
      number: 40,
      headBranch: "feature/issue-12",
      headSha: "d".repeat(40),
      state: "open",
      isDraft: true,
      labels: ["bug"],
      milestone: 3,
      url: "https://github.com/o/r/pull/40",
    });
  });

  it.each([
    ["OPEN", "open"],
    ["CLOSED", "closed"],
    ["MERGED", "merged"],
  ])("reads the state %s", (state, expected) => {
    expect(parse({ state })?.state).toBe(expected);
  });

  it("takes none of a fork, whose branch may have any name [F30]", () => {
    expect(parse({ isCrossRepository: true })).toBeUndefined();
  });

  it("takes none of another branch", () => {
    expect(parse({ headRefName: "main" })).toBeUndefined();
  });

  it("does without labels and milestone", () => {
    expect(parse({ labels: null, milestone: null })).toMatchObject({
      labels: [],
      milestone: undefined,
    });
  });

  it.each([null, 1, {}, { ...NODE, state: "UNKNOWN" }])("leaves out what is none (%#)", (node) => {
    expect(parsePullRequestNode(node, "feature/issue-")).toBeUndefined();
  });
});
