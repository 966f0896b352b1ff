import { describe, expect, it } from "vitest";

import { Targets } from "../../../src/adapters/github/targets.ts";

const ISSUE = {
  id: "I_12",
  state: "OPEN",
  labels: { nodes: [{ id: "L_1", name: "State:Ready" }] },
  milestone: { id: "M_3", number: 3 },
  comments: {
    totalCount: 3,
    nodes: [
      { id: "C_1", body: "ours", viewerDidAuthor: true },
      { id: "C_2", body: "theirs", viewerDidAuthor: false },
    ],
  },
  latestComments: { nodes: [{ id: "C_2", body: "theirs", viewerDidAuthor: false }] },
};

function read(repository: Readonly<Record<string, unknown>>): Targets {
  const targets = new Targets();
  targets.addAnswer({ repository });
  return targets;
}

describe("Targets", () => {
  it("knows an issue with its labels and our own comments", () => {
    expect(read({ i12: ISSUE }).issues.get(12)).toEqual({
      id: "I_12",
      isOpen: true,
      labels: [{ id: "L_1", name: "State:Ready" }],
      ownComments: [{ id: "C_1", body: "ours", viewerDidAuthor: true }],
      // Two of three were read: one of ours may be the third.
      hasAllComments: false,
    });
  });

  it.each([
    ["an issue that was deleted", null],
    ["an issue that was read without its comments", { id: "I_12", state: "OPEN" }],
  ])("does not know %s", (_what, node) => {
    expect(read({ i12: node }).issues.size).toBe(0);
  });

  it("knows labels by their names without case, from wherever they were read", () => {
    const { labelIds } = read({
      i12: ISSUE,
      stateLabels: { nodes: [{ id: "L_2", name: "STATE:blocked" }] },
    });

    expect([...labelIds]).toEqual([
      ["state:ready", "L_1"],
      ["state:blocked", "L_2"],
    ]);
  });

  it("knows milestones, with or without a description", () => {
    const targets = read({
      m3: { id: "M_3", description: null },
      m4: { id: "M_4", description: "x" },
      m5: null,
    });

    expect([...targets.milestones]).toEqual([
      [3, ""],
      [4, "x"],
    ]);
    expect([...targets.milestoneIds.keys()]).toEqual([3, 4]);
  });

  it("knows which branch has an open pull request, and that others have none", () => {
    const node = {
      id: "P_40",
      number: 40,
      headRefName: "feature/issue-12",
      state: "OPEN",
      labels: null,
    };
    const targets = new Targets();
    const before = targets.pullRequests;

    targets.addPullRequests([
      node,
      { ...node, number: 41, headRefName: "x", state: "MERGED" },
      null,
    ]);

    expect(before).toBeUndefined();
    expect([...(targets.pullRequests ?? [])]).toEqual([["feature/issue-12", 40]]);
    expect(targets.issues.get(40)).toMatchObject({ id: "P_40" });
  });

  it("forgets what is written to, so that the next write reads it again [F10]", () => {
    const targets = read({ i12: ISSUE, i13: { ...ISSUE, id: "I_13" } });

    targets.forget([12, 99]);

    expect([...targets.issues.keys()]).toEqual([13]);
  });

  it("throws when there is no answer at all", () => {
    expect(() => new Targets().addAnswer(undefined)).toThrow(/Object/);
  });
});
