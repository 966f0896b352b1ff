import { describe, expect, it } from "vitest";

import type { Configuration } from "../../../src/core/configuration.ts";
import type { ObservedIssue } from "../../../src/core/observation.ts";
import type { Plan } from "../../../src/core/plan/plan-types.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import {
  aClosedIssue,
  anIssue,
  anUntriggeredIssue,
  aPlanInput,
  aPullRequest,
  aRecord,
  aReference,
  aResult,
  labelled,
  rowOf,
  sentenceOf,
  WRITER,
  type Backlog,
} from "../../arbitraries/plan.ts";

const plan = (issues: readonly ObservedIssue[], rest: Partial<Backlog> = {}): Plan =>
  planTick(aPlanInput({ issues, ...rest }));

const keyOf = (body: string): string | undefined =>
  plan([anIssue({ number: 1, body })]).notices[0]?.key;

describe("the direction of each form of an edge [F42]", () => {
  const first = anIssue({ number: 1 });

  it.each([
    ["a label", anIssue({ number: 2, labels: labelled("blocked-by:#1") }), "label"],
    ["a body line", anIssue({ number: 2, body: "Depends on #1" }), "body"],
    ["a native dependency", anIssue({ number: 2, blockedBy: [aReference(1)] }), "native"],
    ["a sub-issue of the parent", anIssue({ number: 2, subIssues: [aReference(1)] }), "sub-issue"],
  ])("%s: the one that is named goes first", (_, second, origin) => {
    const result = plan([first, second]);

    expect(result.edges).toEqual([{ from: 1, to: 2, origins: [origin] }]);
    expect(result.ready).toEqual([1]);
  });

  it("the parent that a child names waits for the child", () => {
    const result = plan([anIssue({ number: 1, parent: aReference(2) }), anIssue({ number: 2 })]);

    expect(result.edges).toEqual([{ from: 1, to: 2, origins: ["sub-issue"] }]);
  });

  it("an open task makes its issue go first, where task lists are configured", () => {
    const parent = anIssue({ number: 2, body: "- [ ] #1\n- [ ] something else" });
    const configuration: Partial<Configuration> = { dependencySources: ["task-lists"] };

    expect(plan([first, parent]).edges).toEqual([]);
    expect(plan([first, parent], { configuration }).edges).toEqual([
      { from: 1, to: 2, origins: ["task-list"] },
    ]);
  });

  it("joins the origins of one edge and keeps it once", () => {
    const second = anIssue({
      number: 2,
      labels: labelled("blocked-by:#1"),
      body: "Blocked by #1, #1",
      blockedBy: [aReference(1), aReference(1)],
    });

    expect(plan([first, second]).edges).toEqual([
      { from: 1, to: 2, origins: ["label", "body", "native"] },
    ]);
  });

  it("reads only the sources that are configured", () => {
    const second = anIssue({
      number: 2,
      labels: labelled("blocked-by:#1", "blocked-by:x"),
      body: "Blocked by #1, #x",
      blockedBy: [aReference(1)],
      subIssues: [aReference(1)],
    });

    expect(plan([first, second], { configuration: { dependencySources: [] } }).ready).toEqual([
      1, 2,
    ]);
  });
});

describe("references that cannot be verified", () => {
  it.each([
    [
      "a malformed label",
      { labels: labelled("blocked-by:9") },
      "the label `blocked-by:9` is not `blocked-by:#n`",
    ],
    [
      "a malformed line",
      { body: "Intro\n\nDepends-on: 123" },
      "`123` in line 3 is no issue number",
    ],
    ["an issue that does not exist", { body: "Blocked by #77" }, "#77 in line 1 is no issue"],
    [
      "another repository",
      { body: "Blocked by acme/tools#4" },
      "`acme/tools#4` in line 1 is in another repository",
    ],
    [
      "a native blocker elsewhere",
      { blockedBy: [aReference(4, { repository: "acme/tools" })] },
      "`acme/tools#4` is in another repository",
    ],
    ["a native blocker that was not read", { blockedBy: [aReference(5)] }, "#5 cannot be read"],
    [
      "blockers that the token cannot see",
      { openBlockerCount: 2 },
      "counts 2 more blockers than it shows",
    ],
    [
      "sub-issues that the token cannot see",
      { subIssueCount: 1 },
      "counts 1 more sub-issues than it shows",
    ],
    ["a body that is too long", { body: "x".repeat(300_000) }, "too long"],
  ])("hold the issue and say so: %s [F24, F41, N07]", (_, parts, text) => {
    const result = plan([anIssue({ number: 1, ...parts }), anIssue({ number: 2 })]);

    expect(result.ready).toEqual([2]);
    expect(rowOf(result, 1)).toMatchObject({ state: "blocked", reason: { type: "bad-reference" } });
    expect(sentenceOf(result, 1)).toContain(text);
    expect(result.notices.map(({ issue }) => issue)).toEqual([1]);
  });

  it("make one comment, and a new one only for a new cause", () => {
    expect(keyOf("Blocked by #77")).toBe(keyOf("Blocked by #77\n\nThanks."));
    expect(keyOf("Blocked by #77")).not.toBe(keyOf("Blocked by #78"));
  });

  it("an issue that cannot be read blocks those that wait for it [F26]", () => {
    const result = plan([anIssue({ number: 1, body: "Blocked by #2" })], {
      observation: { unreadable: new Map([[2, "no labels"]]) },
    });

    expect(sentenceOf(result, 1)).toContain("#2 in line 1 cannot be read");
  });

  it("a closed blocker elsewhere is verified by GitHub and does not block", () => {
    const blockedBy = [
      aReference(4, { repository: "acme/tools", state: "closed", closedAs: "completed" }),
    ];

    expect(plan([anIssue({ number: 1, blockedBy })]).ready).toEqual([1]);
  });
});

describe("when a blocker is resolved", () => {
  const dependent = anIssue({ number: 2, blockedBy: [aReference(1)] });
  const open = anIssue({ number: 1 });
  const delivered = aRecord({
    issue: 1,
    attempts: 1,
    result: aResult({ outcome: "delivered", headSha: "c".repeat(40) }),
  });

  it("closed as completed: ready at the next tick [F36]", () => {
    expect(plan([aClosedIssue(1), dependent]).ready).toEqual([2]);
  });

  it.each(["not_planned", "duplicate"] as const)(
    "closed as %s: ready, with a notice [W23a]",
    (closedAs) => {
      const result = plan([aClosedIssue(1, closedAs), dependent]);

      expect(result.ready).toEqual([2]);
      expect(result.notices).toMatchObject([
        { issue: 2, content: { type: "blocker-not-planned", blockers: [1] } },
      ]);
    },
  );

  it.each([
    ["merged", "open", []],
    ["merged", "merged", [2]],
    ["pr-created", "open", [2]],
    ["pr-created", "closed", []],
    ["closed", "merged", []],
  ] as const)("unblock-on %s, pull request %s: ready %j [D6]", (unblockOn, state, ready) => {
    const result = plan([open, dependent], {
      records: [delivered],
      pullRequests: [aPullRequest(1, { state })],
      configuration: { unblockOn },
    });

    expect(result.ready.filter((issue) => issue === 2)).toEqual(ready);
  });

  it("counts a merge only for the delivery that made it: reopened, it blocks again [F37]", () => {
    const reopened = { ...open, reopened: { by: WRITER, at: "2026-11-20T11:50:00Z" } };
    const ended = aRecord({ issue: 1, ended: "completed", endedAt: "2026-11-20T11:45:00Z" });

    expect(plan([open, dependent], { records: [ended] }).ready).toEqual([2]);
    expect(plan([reopened, dependent], { records: [ended] }).ready).not.toContain(2);
    expect(
      plan([reopened, dependent], {
        records: [delivered],
        pullRequests: [aPullRequest(1, { state: "merged" })],
      }).ready,
    ).not.toContain(2);
  });

  it.each(["failed", "needs-human", "cancelled"] as const)(
    "%s for good: the dependent waits and is told once [C19]",
    (outcome) => {
      const failed = aRecord({ issue: 1, attempts: 1, result: aResult({ outcome }) });

      const result = plan([open, dependent], { records: [failed] });

      expect(result.ready).toEqual([]);
      expect(rowOf(result, 2)?.reason).toMatchObject({ type: "blocked", by: [1], failed: [1] });
      expect(result.notices.filter(({ issue }) => issue === 2)).toHaveLength(1);
    },
  );

  it("waits for a chain to its end, not only for the next link [F41]", () => {
    const issues = [
      anUntriggeredIssue({ number: 1 }),
      anUntriggeredIssue({ number: 2, body: "Blocked by #1" }),
      anIssue({ number: 3, body: "Blocked by #2" }),
    ];

    const result = plan(issues);

    expect(rowOf(result, 3)).toMatchObject({ blockedBy: [2], level: 2 });
  });

  it("an issue whose work is half done blocks, though it is not in the queue yet [F35]", () => {
    expect(plan([anUntriggeredIssue({ number: 1 }), dependent]).ready).toEqual([]);
  });

  it("a blocker added while an issue waits for its retry blocks it [F44]", () => {
    const waiting = aRecord({
      issue: 2,
      attempts: 1,
      result: aResult({ outcome: "retry", notBefore: "2026-11-20T12:30:00Z" }),
    });

    expect(rowOf(plan([anIssue({ number: 2 })], { records: [waiting] }), 2)?.state).toBe(
      "retrying",
    );
    expect(rowOf(plan([open, dependent], { records: [waiting] }), 2)?.state).toBe("blocked");
  });
});
