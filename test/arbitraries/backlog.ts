import fc from "fast-check";

import type { Claim, IssueRecord } from "../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import type { PlanInput } from "../../src/core/plan/plan-types.ts";
import { listSlots } from "../../src/core/plan/slots.ts";
import {
  aClaim,
  aClosedIssue,
  anIssue,
  aPlanInput,
  aPullRequest,
  aRecord,
  aReference,
  aResult,
  CONFIGURATION,
  READER,
  TRIGGER,
  WRITER,
} from "./plan.ts";

/** Numbers are few, so that references meet; times, classes and estimates are few, so that ties are common. */
const anyNumber = fc.integer({ min: 1, max: 12 });
const anyTime = fc.constantFrom(
  "2026-10-01T00:00:00Z",
  "2026-11-20T10:00:00Z",
  "2026-11-20T11:00:00Z",
);

/** Mostly `usual`, once in so many `rare`. */
const oneIn = <T>(times: number, rare: T, usual: T): fc.Arbitrary<T> =>
  fc.integer({ min: 1, max: times }).map((roll) => (roll === 1 ? rare : usual));

const anyBlockerForm = fc.constantFrom("label", "body", "native", "sub-issue");

const anyBlocker = fc.record({ form: anyBlockerForm, number: anyNumber });

const anyIssueParts = fc.record({
  kind: fc.constantFrom("triggered", "triggered", "triggered", "untriggered", "closed", "dropped"),
  priority: fc.constantFrom(undefined, "P0-Critical", "P1-High", "P3-Low"),
  estimate: fc.constantFrom(undefined, undefined, "estimated:1h"),
  isHotfix: oneIn(10, true, false),
  blockers: fc
    .tuple(oneIn(2, 0, 2), fc.array(anyBlocker, { maxLength: 2 }))
    .map(([keep, blockers]) => blockers.slice(0, keep)),
  setter: oneIn(8, READER, WRITER),
  at: anyTime,
  isEdited: oneIn(10, true, false),
  paths: oneIn(4, "Paths: src/a/**\n", ""),
});

type IssueParts = typeof anyIssueParts extends fc.Arbitrary<infer T> ? T : never;

/** Describes an issue by what people put there, in each of the four forms of a dependency. */
function buildIssue(number: number, parts: IssueParts, count: number): ObservedIssue {
  if (parts.kind === "closed") {
    return aClosedIssue(number);
  }
  const labels = [parts.priority, parts.estimate].filter((label) => label !== undefined);
  const of = (form: string): readonly number[] =>
    parts.blockers
      .filter((blocker) => blocker.form === form)
      .map((blocker) => ((blocker.number - 1) % count) + 1);
  return anIssue({
    number,
    labels: [
      ...labels,
      ...(parts.isHotfix ? ["hotfix"] : []),
      ...of("label").map((blocker) => `blocked-by:#${blocker}`),
      ...(parts.kind === "triggered" ? [TRIGGER] : []),
    ],
    trigger: parts.kind === "triggered" ? { by: parts.setter, at: parts.at } : undefined,
    body:
      parts.paths +
      of("body")
        .map((blocker) => `Blocked by #${blocker}\n`)
        .join(""),
    blockedBy: of("native").map((blocker) => aReference(blocker)),
    subIssues: of("sub-issue").map((child) => aReference(child)),
    textEdits: parts.isEdited ? [{ by: READER, at: parts.at, what: "body" }] : [],
  });
}

const anyRecord = fc.record({
  issue: anyNumber,
  what: fc.constantFrom(
    "approved",
    "retry",
    "waits",
    "failed",
    "delivered",
    "ended",
    "live",
    "live",
    "dead",
  ),
});

const SLOTS = listSlots(CONFIGURATION.machines).map(({ slot }) => slot);

/** Claims get different slots: that two never share one is the journal's promise. */
function buildRecord(
  { issue, what }: { readonly issue: number; readonly what: string },
  index: number,
): IssueRecord {
  const claim = aClaim({ issue, slot: SLOTS[index] ?? "mac-9/1" });
  const outcomes: Readonly<Record<string, Partial<IssueRecord>>> = {
    approved: {},
    retry: { attempts: 1, result: aResult({ outcome: "retry" }) },
    waits: {
      attempts: 1,
      result: aResult({ outcome: "retry", notBefore: "2026-11-20T12:30:00Z" }),
    },
    failed: { attempts: 1, result: aResult({ outcome: "failed" }) },
    delivered: { attempts: 1, result: aResult({ outcome: "delivered", headSha: "c".repeat(40) }) },
    ended: { ended: "completed", endedAt: "2026-11-20T11:30:00Z" },
    live: { attempts: 1, claim },
    dead: { attempts: 1, claim },
  };
  return aRecord({ issue, ...outcomes[what] });
}

const anyLimits = fc.record({
  maxParallel: fc.constantFrom(5, 5, 3, 2, 0),
  maxOpenPullRequests: fc.constantFrom(10, 10, 3, 1),
  mode: fc.constantFrom("strict" as const, "weighted" as const),
  credential: oneIn(8, "missing" as const, "present" as const),
  offline: fc.subarray(["mac-1/1", "mac-2/2"]),
});

/** A backlog with everything that can happen to it, as one tick sees it. */
export const anyPlanInput: fc.Arbitrary<PlanInput> = fc
  .record({
    parts: fc.array(anyIssueParts, { minLength: 3, maxLength: 12 }),
    records: fc.uniqueArray(anyRecord, { maxLength: 5, selector: ({ issue }) => issue }),
    limits: anyLimits,
  })
  .map(({ parts, records, limits }) => {
    const issues = parts
      .map((each, index) => buildIssue(index + 1, each, parts.length))
      .filter((_, index) => parts[index]?.kind !== "dropped");
    const built = records.map(buildRecord);
    const live = records.flatMap(({ issue, what }): readonly [number, Claim][] => {
      const claim =
        what === "live" ? built.find((record) => record.issue === issue)?.claim : undefined;
      return claim === undefined ? [] : [[issue, claim]];
    });
    const input = aPlanInput({
      issues,
      records: built,
      pullRequests: records
        .filter(({ what }) => what === "delivered")
        .map(({ issue }) => aPullRequest(issue)),
      liveClaims: new Map(live),
      busySlots: [...new Set(live.map(([, { slot }]) => slot))],
      fleet: {
        offline: limits.offline.map((slot) => ({
          slot,
          claim: { issue: 900, runId: 1, runAttempt: 1, nonce: "late" },
          since: "2026-11-20T11:45:00Z",
        })),
      },
      credential: limits.credential,
      configuration: {
        maxParallel: limits.maxParallel,
        maxOpenPullRequests: limits.maxOpenPullRequests,
      },
    });
    const { configuration } = input;
    return {
      ...input,
      configuration: {
        ...configuration,
        priority: { ...configuration.priority, mode: limits.mode },
      },
    };
  });

const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

/** The same input with everything that has an order in another order. */
export function anyShuffleOf(input: PlanInput): fc.Arbitrary<PlanInput> {
  const { observation } = input;
  return fc
    .record({
      issues: shuffled([...observation.issues.values()]),
      records: shuffled([...input.journal.issues]),
      live: shuffled([...input.liveClaims]),
      isReversed: fc.boolean(),
    })
    .map(({ issues, records, live, isReversed }) => ({
      ...input,
      observation: {
        ...observation,
        issues: new Map(
          issues.map((issue) => [issue.number, isReversed ? reversed(issue) : issue]),
        ),
      },
      journal: { ...input.journal, issues: new Map(records) },
      liveClaims: new Map(live),
    }));
}

/** Lists inside an issue have no meaning in their order either; lines of a body do. */
function reversed(issue: ObservedIssue): ObservedIssue {
  return {
    ...issue,
    labels: issue.labels.toReversed(),
    blockedBy: issue.blockedBy.toReversed(),
    subIssues: issue.subIssues.toReversed(),
  };
}
