import fc from "fast-check";
import { parse } from "graphql";
import { describe, expect, it } from "vitest";

import {
  type BatchEffect,
  formatMutations,
  isBatchEffect,
} from "../../../src/adapters/github/mutations.ts";
import { type TargetIssue, Targets } from "../../../src/adapters/github/targets.ts";
import { onceMarker, STATUS_MARKER } from "../../../src/core/text/markers.ts";
import { hostileTexts } from "../../arbitraries/session.ts";

function anIssue(fields: Partial<TargetIssue> = {}): TargetIssue {
  return { id: "I_12", isOpen: true, labels: [], ownComments: [], hasAllComments: true, ...fields };
}

function format(effects: readonly BatchEffect[], issue = anIssue()) {
  const targets = new Targets();
  targets.issues.set(12, issue);
  targets.labelIds.set("state:ready", "L_ready");
  targets.labelIds.set("bug", "L_bug");
  targets.milestoneIds.set(3, "M_3");
  return formatMutations(effects, targets);
}

const READY: BatchEffect = { type: "set-state-label", issue: 12, state: "ready" };
const STATUS: BatchEffect = { type: "write-status-comment", issue: 12, body: "Waiting." };
const ONCE: BatchEffect = { type: "comment-once", issue: 12, key: "cycle", body: "A cycle." };
const CLOSE: BatchEffect = { type: "close-issue", issue: 12 };
const DESCRIBE: BatchEffect = {
  type: "describe-pull-request",
  pullRequest: 12,
  labels: ["Bug"],
  milestone: 3,
};

describe("formatMutations with nothing to do", () => {
  it.each<readonly [string, BatchEffect, Partial<TargetIssue>]>([
    ["the label is there", READY, { labels: [{ id: "L", name: "state:ready" }] }],
    ["the label is there in another case", READY, { labels: [{ id: "L", name: "State:READY" }] }],
    [
      "there is no state label to remove",
      { ...READY, state: undefined },
      { labels: [{ id: "L", name: "bug" }] },
    ],
    [
      "the status comment says it already",
      STATUS,
      { ownComments: [{ id: "C", body: `${STATUS_MARKER}\nWaiting.` }] },
    ],
    [
      "the comment was written once, whatever it said",
      ONCE,
      { ownComments: [{ id: "C", body: `${onceMarker("cycle")}\nOther words.` }] },
    ],
    ["the issue is closed", CLOSE, { isOpen: false }],
    [
      "the pull request has its labels",
      { ...DESCRIBE, milestone: undefined },
      { labels: [{ id: "L_bug", name: "bug" }] },
    ],
  ])("makes no document when %s [N21]", (_what, effect, issue) => {
    expect(format([effect], anIssue(issue))).toMatchObject({ document: undefined, variables: {} });
  });

  it("makes none for an issue that does not exist, and says so", () => {
    const { document, missingTarget } = format([{ ...CLOSE, issue: 99 }, CLOSE]);

    expect(document).toContain("e1_close");
    expect(document).not.toContain("e0_");
    expect(missingTarget({ ...CLOSE, issue: 99 })).toBe("#99 does not exist");
    expect(missingTarget(CLOSE)).toBeUndefined();
  });

  it("makes none for no effect", () => {
    expect(format([]).document).toBeUndefined();
  });
});

describe("formatMutations", () => {
  it("adds the new state label before it removes the old ones, and leaves people's labels [F17]", () => {
    const labels = [
      { id: "L_a", name: "state:queued" },
      { id: "L_b", name: "State:Blocked" },
      { id: "L_c", name: "bug" },
    ];

    const { document } = format([READY], anIssue({ labels }));

    expect(document?.split("\n").slice(1, -1)).toEqual([
      '  e0_add: addLabelsToLabelable(input: { labelableId: "I_12", labelIds: ["L_ready"] }) { clientMutationId }',
      '  e0_remove: removeLabelsFromLabelable(input: { labelableId: "I_12", labelIds: ["L_a","L_b"] }) { clientMutationId }',
    ]);
  });

  it("writes no comment where one of ours may be among those that were not read [N21]", () => {
    const { document } = format([STATUS], anIssue({ hasAllComments: false }));

    expect(document).toBeUndefined();
  });

  it("leaves a person's own state: label alone", () => {
    const labels = [{ id: "L_x", name: "state:of-the-art" }];

    expect(format([READY], anIssue({ labels })).document).not.toContain("L_x");
  });

  it("writes the first status comment, and edits it afterwards [V10b]", () => {
    const own = { id: "C_7", body: `${STATUS_MARKER}\nOld words.` };

    const first = format([STATUS]);
    const later = format([STATUS], anIssue({ ownComments: [own] }));

    expect(first.document).toContain('addComment(input: { subjectId: "I_12", body: $e0_body })');
    expect(later.document).toContain('updateIssueComment(input: { id: "C_7", body: $e0_body })');
    expect(later.variables).toEqual({ e0_body: `${STATUS_MARKER}\nWaiting.` });
  });

  it("takes no comment for its own that only quotes a marker [F30]", () => {
    const quoting = { id: "C", body: `You wrote ${STATUS_MARKER} and ${onceMarker("cycle")}` };

    const { document } = format([STATUS, ONCE], anIssue({ ownComments: [quoting] }));

    expect(document?.match(/addComment/g)).toHaveLength(2);
    expect(document).not.toContain("updateIssueComment");
  });

  it("tells comments that are written once apart by their keys", () => {
    const other = { id: "C", body: `${onceMarker("cycle-2")}\nA cycle.` };

    expect(format([ONCE], anIssue({ ownComments: [other] })).document).toContain("addComment");
  });

  it("gives a pull request the labels that it lacks, and its milestone", () => {
    const { document } = format([DESCRIBE]);

    expect(document).toContain('labelIds: ["L_bug"]');
    expect(document).toContain(
      'updatePullRequest(input: { pullRequestId: "I_12", milestoneId: "M_3" })',
    );
  });

  it("is one valid document with one variable per text, whatever the texts hold", () => {
    fc.assert(
      fc.property(hostileTexts, hostileTexts, (status, once) => {
        const { document, variables } = format([
          READY,
          { ...STATUS, body: status },
          { ...ONCE, body: once },
          CLOSE,
          DESCRIBE,
        ]);

        const { definitions } = parse(document ?? "");
        expect(definitions).toHaveLength(1);
        expect(variables).toEqual({
          e1_body: `${STATUS_MARKER}\n${status}`,
          e2_body: `${onceMarker("cycle")}\n${once}`,
        });
      }),
    );
  });
});

describe("isBatchEffect", () => {
  it("keeps out what is more than a field of a mutation", () => {
    expect([READY, STATUS, ONCE, CLOSE, DESCRIBE].every(isBatchEffect)).toBe(true);
    expect(isBatchEffect({ type: "start-tick" })).toBe(false);
  });
});
