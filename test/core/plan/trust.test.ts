import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { IssueRecord } from "../../../src/core/journal/records.ts";
import type { Actor, ObservedIssue } from "../../../src/core/observation.ts";
import {
  type ApprovalDecision,
  authorIntegrity,
  decideApproval,
  listPermissionQuestions,
  type TrustContext,
} from "../../../src/core/plan/trust.ts";
import { anIssue, aRecord, CONFIGURATION, hashOf, READER, WRITER } from "../../arbitraries/plan.ts";

const LABELLED_AT = "2026-11-20T11:00:00Z";
const BEFORE = "2026-11-20T10:59:59Z";
const AFTER = "2026-11-20T11:00:01Z";

const context = (parts: Partial<TrustContext> = {}): TrustContext => ({
  repository: { isPrivate: true },
  configuration: CONFIGURATION,
  permissions: new Map([
    [WRITER.login, "write"],
    [READER.login, "triage"],
  ]),
  ...parts,
});

const decide = (
  issue: Partial<ObservedIssue>,
  record?: IssueRecord,
  parts?: Partial<TrustContext>,
): ApprovalDecision => decideApproval(anIssue({ number: 1, ...issue }), record, context(parts));

const edit = (
  by: Actor | undefined,
  at: string,
  what: "body" | "title" = "body",
): Partial<ObservedIssue> => ({
  textEdits: [{ by, at, what }],
});

const setByBot = (id: number): Partial<ObservedIssue> => ({
  trigger: { by: { login: "renamed", id, type: "bot" }, at: LABELLED_AT },
});

const integrityOf = (author: Actor | undefined): string =>
  authorIntegrity(anIssue({ number: 1, author }), context());

const reasonOf = (decision: ApprovalDecision): string =>
  decision.decision === "refused" ? decision.reason.type : decision.decision;

describe("decideApproval, for a label that the journal does not know", () => {
  it("approves the text when a writer set the label [N01]", () => {
    expect(decide({})).toEqual({
      decision: "approved",
      source: "label",
      approval: { by: "wren", at: LABELLED_AT, textHash: hashOf(1) },
    });
  });

  it.each(["write", "maintain", "admin"] as const)("accepts the permission %s", (permission) => {
    const permissions = new Map([[WRITER.login, permission]]);

    expect(decide({}, undefined, { permissions }).decision).toBe("approved");
  });

  it.each(["triage", "read", "none"] as const)("refuses the permission %s [N01]", (permission) => {
    const permissions = new Map([[WRITER.login, permission]]);

    expect(reasonOf(decide({}, undefined, { permissions }))).toBe("label-by-reader");
  });

  it("asks before it says anything about somebody it does not know [N35]", () => {
    expect(decide({}, undefined, { permissions: new Map() })).toEqual({
      decision: "unknown",
      logins: ["wren"],
    });
  });

  it.each([
    [
      "a name with [bot] behind it",
      { login: "evil[bot]", id: 77, type: "bot" as const },
      "label-by-bot",
    ],
    [
      "a user who calls himself a bot",
      { login: "helper[bot]", id: 78, type: "user" as const },
      "unknown",
    ],
    [
      "our own identity",
      { login: "github-actions", id: 41_898_282, type: "bot" as const },
      "label-by-bot",
    ],
    ["a deleted account", undefined, "label-by-deleted-account"],
  ])("does not trust %s [F27]", (_, by, expected) => {
    expect(reasonOf(decide({ trigger: { by, at: LABELLED_AT } }))).toBe(expected);
  });

  it("trusts a bot by its numeric id, whatever its name, and never our own [F27]", () => {
    const configuration = { ...CONFIGURATION, trust: { bots: [77, 41_898_282] } };
    expect(decide(setByBot(77), undefined, { configuration }).decision).toBe("approved");
    expect(decide(setByBot(41_898_282), undefined, { configuration }).decision).toBe("refused");
  });

  it.each([
    ["later", AFTER, "body" as const],
    ["in the same second", "2026-11-20T11:00:00.500Z", "body" as const],
    ["as a rename", AFTER, "title" as const],
    ["at a time that cannot be read", "soon", "body" as const],
  ])("is void when a non-writer edited %s [N02, F104]", (_, at, what) => {
    expect(decide(edit(READER, at, what))).toEqual({
      decision: "refused",
      withdraws: false,
      reason: { type: "edited-by-reader", login: "rook", at, what },
    });
  });

  it("is void when a deleted account edited after the label [F104]", () => {
    expect(reasonOf(decide(edit(undefined, AFTER)))).toBe("edited-by-reader");
  });

  it("covers edits before the label, whoever made them: the writer saw them", () => {
    expect(decide(edit(READER, BEFORE)).decision).toBe("approved");
  });

  it("covers later edits of writers", () => {
    expect(decide(edit(WRITER, AFTER)).decision).toBe("approved");
  });

  it("is void when more edits were made than GitHub lists", () => {
    const issue = { ...edit(WRITER, AFTER), textEditsComplete: false };
    const rename = { by: READER, at: BEFORE, what: "title" as const };

    expect(reasonOf(decide(issue))).toBe("edits-unknown");
    expect(reasonOf(decide({ ...issue, textEdits: [rename, ...(issue.textEdits ?? [])] }))).toBe(
      "edits-unknown",
    );
    expect(decide({ ...edit(READER, BEFORE), textEditsComplete: false }).decision).toBe("approved");
  });

  it("refuses public repositories until they opt in [N05]", () => {
    const repository = { isPrivate: false };

    expect(reasonOf(decide({}, undefined, { repository }))).toBe("public-repository");
    expect(
      decide({}, undefined, { repository, configuration: { ...CONFIGURATION, allowPublic: true } })
        .decision,
    ).toBe("approved");
  });

  it("refuses a label whose event was not found", () => {
    expect(reasonOf(decide({ trigger: undefined }))).toBe("label-event-unknown");
  });
});

describe("decideApproval, for an approval in the journal", () => {
  const record = aRecord({ issue: 1 });
  const changed = { textHash: "e".repeat(64) };

  it("holds without a question while the text is the same [N35]", () => {
    expect(decide({}, record, { permissions: new Map() })).toEqual({
      decision: "approved",
      source: "journal",
      approval: record.approval,
    });
  });

  it("is withdrawn when a non-writer changes the text at any moment [F28]", () => {
    expect(decide({ ...changed, ...edit(READER, AFTER) }, record)).toMatchObject({
      decision: "refused",
      withdraws: true,
      reason: { type: "edited-by-reader" },
    });
  });

  it("is frozen anew when a writer changes the text [N02, F108]", () => {
    expect(decide({ ...changed, ...edit(WRITER, AFTER) }, record)).toEqual({
      decision: "approved",
      source: "edit",
      approval: { by: "wren", at: AFTER, textHash: changed.textHash },
    });
  });

  it("asks who the editors are, and only then", () => {
    const permissions = new Map();

    expect(decide({ ...changed, ...edit(WRITER, AFTER) }, record, { permissions })).toEqual({
      decision: "unknown",
      logins: ["wren"],
    });
  });

  it("does not start a text that no edit explains", () => {
    expect(decide(changed, record)).toEqual({
      decision: "refused",
      withdraws: false,
      reason: { type: "text-changed" },
    });
  });

  it("gives way to a later label event, which has to be a writer's again", () => {
    const again = (by: Actor): Partial<ObservedIssue> => ({ trigger: { by, at: AFTER } });

    expect(decide(again(WRITER), record)).toMatchObject({
      source: "label",
      approval: { at: AFTER },
    });
    expect(decide(again(READER), record)).toMatchObject({
      decision: "refused",
      withdraws: true,
      reason: { type: "label-by-reader" },
    });
  });

  it("stays void after the withdrawal until the label is set later than the edit", () => {
    const withdrawn = { ...record, approval: undefined };
    const edited = { ...changed, ...edit(READER, AFTER) };

    expect(reasonOf(decide(edited, withdrawn))).toBe("edited-by-reader");
    expect(
      decide({ ...edited, trigger: { by: WRITER, at: "2026-11-20T11:00:02Z" } }, withdrawn)
        .decision,
    ).toBe("approved");
  });
});

describe("decideApproval, after a delivery has ended", () => {
  const ended = aRecord({ issue: 1, ended: "completed", endedAt: "2026-11-20T11:30:00Z" });
  const later = "2026-11-20T11:45:00Z";

  it("does not begin a new one by itself, though the label is still on", () => {
    expect(decide({}, ended)).toMatchObject({
      reason: { type: "delivery-ended", ended: "completed" },
    });
  });

  it.each([
    ["sets the label again", { trigger: { by: WRITER, at: later } }],
    ["reopens the issue", { reopened: { by: WRITER, at: later } }],
  ])("begins a new one when a writer %s [F12, F19]", (_, parts) => {
    expect(decide(parts, ended)).toMatchObject({ decision: "approved", approval: { at: later } });
  });

  it("does not begin one when a non-writer reopens the issue", () => {
    expect(reasonOf(decide({ reopened: { by: READER, at: later } }, ended))).toBe(
      "label-by-reader",
    );
  });
});

describe("listPermissionQuestions", () => {
  it("asks for each person once, and never for what the journal knows", () => {
    const issues = [
      ...Array.from({ length: 1_000 }, (_, index) => anIssue({ number: index + 1 })),
      anIssue({ number: 2_000, ...edit(READER, AFTER) }),
    ];
    const known = new Map(
      issues.slice(0, 1_000).map(({ number }) => [number, aRecord({ issue: number })]),
    );

    const none = context({ permissions: new Map() });

    expect(listPermissionQuestions(issues, new Map(), none)).toEqual(["rook", "wren"]);
    expect(listPermissionQuestions(issues.slice(0, 1_000), known, none)).toEqual([]);
  });

  it("leaves nothing unknown once its questions are answered", () => {
    const anyEdit = fc.record({
      by: fc.constantFrom(WRITER, READER, undefined),
      at: fc.constantFrom(BEFORE, LABELLED_AT, AFTER),
      what: fc.constant("body" as const),
    });
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 4 }), fc.boolean(), (textEdits, isKnown) => {
        const issue = anIssue({
          number: 1,
          textEdits,
          textHash: isKnown ? "e".repeat(64) : hashOf(1),
        });
        const records = isKnown
          ? new Map([[1, aRecord({ issue: 1 })]])
          : new Map<number, IssueRecord>();
        const questions = listPermissionQuestions(
          [issue],
          records,
          context({ permissions: new Map() }),
        );
        const answers = new Map(questions.map((login) => [login, "write"] as const));

        const decision = decideApproval(issue, records.get(1), context({ permissions: answers }));

        expect(decision.decision).not.toBe("unknown");
      }),
    );
  });
});

describe("authorIntegrity", () => {
  it("tells writers from the rest, without asking for anybody", () => {
    expect(
      [WRITER, READER, undefined, { login: "new", id: 5, type: "user" as const }].map(integrityOf),
    ).toEqual(["writer", "reader", "reader", "unknown"]);
  });
});
