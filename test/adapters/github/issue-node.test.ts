import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseIssueNode } from "../../../src/adapters/github/issue-node.ts";
import { hashText } from "../../../src/adapters/text-hash.ts";
import type { ObservedIssue } from "../../../src/core/observation.ts";

const TRIGGER = "trigger:agent-execute";
const OCTOCAT = { __typename: "User", login: "octocat", databaseId: 1 };
const BOT = { __typename: "Bot", login: "some-app", databaseId: 2 };

function aNode(fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    number: 12,
    title: "Add a thing",
    body: "It is missing.",
    state: "OPEN",
    stateReason: null,
    createdAt: "2026-11-20T09:00:00Z",
    updatedAt: "2026-11-20T09:00:00Z",
    closedAt: null,
    author: OCTOCAT,
    assignees: { nodes: [{ login: "hubot" }] },
    labels: { nodes: [{ name: TRIGGER }, { name: "P1-High" }] },
    milestone: { number: 3 },
    blockedBy: { nodes: [] },
    issueDependenciesSummary: { blockedBy: 0 },
    subIssues: { nodes: [] },
    subIssuesSummary: { total: 0 },
    parent: null,
    timelineItems: { nodes: [] },
    userContentEdits: { totalCount: 0, nodes: [] },
    comments: { nodes: [] },
    ...fields,
  };
}

function parse(fields: Readonly<Record<string, unknown>> = {}): ObservedIssue {
  const parsed = parseIssueNode(aNode(fields), TRIGGER);
  if ("error" in parsed) {
    throw new Error(parsed.error);
  }
  return parsed.issue;
}

function labelled(name: string, createdAt: string, actor: unknown = OCTOCAT) {
  return { __typename: "LabeledEvent", createdAt, actor, label: { name } };
}

describe("parseIssueNode", () => {
  it("reads an open issue", () => {
    expect(parse()).toEqual({
      number: 12,
      title: "Add a thing",
      body: "It is missing.",
      textHash: hashText("Add a thing", "It is missing."),
      state: "open",
      closedAs: undefined,
      createdAt: "2026-11-20T09:00:00Z",
      closedAt: undefined,
      reopened: undefined,
      author: { login: "octocat", id: 1, type: "user" },
      assignees: ["hubot"],
      labels: [TRIGGER, "P1-High"],
      milestone: 3,
      blockedBy: [],
      openBlockerCount: 0,
      subIssues: [],
      subIssueCount: 0,
      parent: undefined,
      trigger: undefined,
      textEdits: [],
      textEditsComplete: true,
      statusComment: undefined,
    });
  });

  it.each([
    ["a person", OCTOCAT, { login: "octocat", id: 1, type: "user" }],
    ["a bot", BOT, { login: "some-app", id: 2, type: "bot" }],
    [
      "a mannequin",
      { ...OCTOCAT, __typename: "Mannequin" },
      { login: "octocat", id: 1, type: "bot" },
    ],
    ["a deleted account", null, undefined],
    ["an account without id", { ...OCTOCAT, databaseId: null }, undefined],
  ])("knows %s as an author and as who set the label [F27]", (_who, actor, expected) => {
    const issue = parse({
      author: actor,
      timelineItems: { nodes: [labelled(TRIGGER, "2026-11-20T10:00:00Z", actor)] },
    });

    expect(issue.author).toEqual(expected);
    expect(issue.trigger).toEqual({ by: expected, at: "2026-11-20T10:00:00Z" });
  });

  it.each([
    ["OPEN", null, "open", undefined],
    ["OPEN", "REOPENED", "open", undefined],
    ["CLOSED", "COMPLETED", "closed", "completed"],
    ["CLOSED", null, "closed", "completed"],
    ["CLOSED", "NOT_PLANNED", "closed", "not_planned"],
    ["CLOSED", "DUPLICATE", "closed", "duplicate"],
  ] as const)("reads the state %s with the reason %s", (state, stateReason, expected, closedAs) => {
    expect(parse({ state, stateReason })).toMatchObject({ state: expected, closedAs });
  });

  it("finds the latest time that the trigger label was set, in whatever case [F28]", () => {
    const issue = parse({
      labels: { nodes: [{ name: "Trigger:Agent-Execute" }] },
      timelineItems: {
        nodes: [
          labelled(TRIGGER, "2026-11-20T10:00:00Z"),
          labelled("trigger:AGENT-execute", "2026-11-20T11:00:00Z", BOT),
          labelled("bug", "2026-11-20T12:00:00Z"),
          null,
        ],
      },
    });

    expect(issue.trigger).toEqual({
      by: { login: "some-app", id: 2, type: "bot" },
      at: "2026-11-20T11:00:00Z",
    });
  });

  it("is not triggered by a label that was taken away again", () => {
    const timelineItems = { nodes: [labelled(TRIGGER, "2026-11-20T10:00:00Z")] };

    expect(parse({ labels: { nodes: [] }, timelineItems }).trigger).toBeUndefined();
    expect(parse({ labels: null, timelineItems })).toMatchObject({
      trigger: undefined,
      labels: [],
    });
  });

  it("lists edits and renames in their order, without the first version of the text [F104]", () => {
    const issue = parse({
      timelineItems: {
        nodes: [
          { __typename: "RenamedTitleEvent", createdAt: "2026-11-20T11:00:00Z", actor: null },
          { __typename: "ReopenedEvent", createdAt: "2026-11-20T11:30:00Z", actor: OCTOCAT },
        ],
      },
      userContentEdits: {
        totalCount: 3,
        nodes: [
          { editedAt: "2026-11-20T12:00:00Z", editor: OCTOCAT },
          { editedAt: "2026-11-20T10:00:00Z", editor: BOT },
          { editedAt: "2026-11-20T09:00:00Z", editor: OCTOCAT },
        ],
      },
    });

    expect(issue.textEdits.map(({ what, at, by }) => [what, at, by?.login])).toEqual([
      ["body", "2026-11-20T10:00:00Z", "some-app"],
      ["title", "2026-11-20T11:00:00Z", undefined],
      ["body", "2026-11-20T12:00:00Z", "octocat"],
    ]);
    expect(issue.textEditsComplete).toBe(true);
    expect(issue.reopened).toMatchObject({ at: "2026-11-20T11:30:00Z" });
  });

  it.each([
    ["more edits than were read", { totalCount: 30, nodes: [] }],
    ["an edit that cannot be read", { totalCount: 1, nodes: [null] }],
  ])("says that it does not know all edits when there are %s", (_what, userContentEdits) => {
    expect(parse({ userContentEdits }).textEditsComplete).toBe(false);
  });

  it("keeps count of blockers and sub-issues that it cannot see [F41]", () => {
    const reference = {
      number: 7,
      state: "CLOSED",
      stateReason: "NOT_PLANNED",
      repository: { nameWithOwner: "octo/other" },
    };

    const issue = parse({
      blockedBy: { nodes: [reference, null] },
      issueDependenciesSummary: { blockedBy: 2 },
      subIssues: { nodes: [null] },
      subIssuesSummary: { total: 1 },
      parent: { ...reference, state: "OPEN", stateReason: null },
    });

    expect(issue).toMatchObject({
      blockedBy: [
        { repository: "octo/other", number: 7, state: "closed", closedAs: "not_planned" },
      ],
      openBlockerCount: 2,
      subIssues: [],
      subIssueCount: 1,
      parent: { number: 7, state: "open", closedAs: undefined },
    });
  });

  it("finds our own status comment by its marker at the beginning [F30]", () => {
    const ours = "<!-- water-spider:status -->\n**Attempt 1**";
    const comments = {
      nodes: [
        { body: ours, viewerDidAuthor: false },
        { body: `Somebody said: ${ours}`, viewerDidAuthor: true },
        { body: ours, viewerDidAuthor: true },
      ],
    };

    expect(parse({ comments }).statusComment).toBe(ours);
    expect(
      parse({ comments: { nodes: comments.nodes.slice(0, 2) } }).statusComment,
    ).toBeUndefined();
    expect(parse({ comments: undefined }).statusComment).toBeUndefined();
  });

  it.each([
    ["nothing", null],
    ["a pull request", { number: 12, title: "x" }],
    ["a state that is not known", aNode({ state: "DRAFT" })],
    ["no timeline", aNode({ timelineItems: undefined })],
  ])("names what is wrong with %s [N04]", (_what, node) => {
    expect(parseIssueNode(node, TRIGGER)).toEqual({ error: expect.stringMatching(/\S/) });
  });

  it("never throws, whatever one field of an issue is [F26]", () => {
    const keys = fc.constantFrom(...Object.keys(aNode()));
    fc.assert(
      fc.property(keys, fc.jsonValue(), (key, value) => {
        expect(() => parseIssueNode(aNode({ [key]: value }), TRIGGER)).not.toThrow();
      }),
    );
  });
});
