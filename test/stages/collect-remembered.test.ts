import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ObservedIssue } from "../../src/core/observation.ts";
import { anIssue, READER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";

const TRIGGER = "trigger:agent-execute";

const anyLabels = fc.subarray([TRIGGER, "P0-Critical", "blocked-by:#1", "blocked-by:#2"]);

/** What is true of an issue: who labelled it, what blocks it, whether it is open. */
const anyParts = fc.record({
  labels: anyLabels,
  isWriter: fc.boolean(),
  isOpen: fc.integer({ min: 0, max: 3 }).map((roll) => roll > 0),
  blocker: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  parent: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
});

type Parts = typeof anyParts extends fc.Arbitrary<infer T> ? T : never;

function reference(number: number): ObservedIssue["blockedBy"][number] {
  return { repository: "pocket-labs/pure", number, state: "open", closedAs: undefined };
}

function build(number: number, parts: Parts): ObservedIssue {
  const { labels, isWriter, isOpen, blocker, parent } = parts;
  const by = isWriter ? WRITER : READER;
  return anIssue({
    number,
    labels,
    state: isOpen ? "open" : "closed",
    closedAs: isOpen ? undefined : "completed",
    closedAt: isOpen ? undefined : "2026-11-20T08:00:00Z",
    trigger: labels.includes(TRIGGER) ? { by, at: "2026-11-19T10:00:00Z" } : undefined,
    blockedBy: blocker === undefined || blocker === number ? [] : [reference(blocker)],
    openBlockerCount: 0,
    parent: parent === undefined || parent === number ? undefined : reference(parent),
  });
}

/** GitHub tells of a sub-issue on both sides. */
function withChildren(issues: readonly ObservedIssue[]): readonly ObservedIssue[] {
  return issues.map((issue) => {
    const subIssues = issues
      .filter(({ parent }) => parent?.number === issue.number)
      .map(({ number, state, closedAs }) => ({
        repository: "pocket-labs/pure",
        number,
        state,
        closedAs,
      }));
    return { ...issue, subIssues, subIssueCount: subIssues.length };
  });
}

/** A fleet after a first tick that approved what may be approved and claimed nothing. */
async function begin(issues: readonly ObservedIssue[]): Promise<PureFleet> {
  const fleet = new PureFleet({ issues });
  await fleet.tick({ credential: "missing" });
  fleet.advance(10);
  return fleet;
}

describe("collect over a snapshot", () => {
  it("starts what it read by number, as if there were no snapshot", async () => {
    const issues = [
      anIssue({ number: 1 }),
      anIssue({ number: 2, labels: [TRIGGER, "blocked-by:#1"] }),
    ];
    const fleet = await begin(issues);
    fleet.world.remembered.set(1, anIssue({ number: 1, trigger: undefined }));
    fleet.world.remembered.set(2, anIssue({ number: 2, trigger: undefined }));

    const claims = await fleet.tick();

    expect(claims.map(({ issue }) => issue)).toEqual([1]);
  });

  it("claims a slot more in the same tick when a candidate turns out to be blocked", async () => {
    const issues = Array.from({ length: 30 }, (_, index) =>
      anIssue({ number: index + 1, labels: index < 10 ? [TRIGGER, "blocked-by:#30"] : [TRIGGER] }),
    );
    const fleet = await begin(issues);
    for (const { number } of issues) {
      fleet.world.remembered.set(number, anIssue({ number }));
    }

    const claims = await fleet.tick();

    // The blocker of ten comes first; the ten themselves seemed ready, and are not.
    expect(claims.map(({ issue }) => issue)).toEqual([30, 11, 12, 13, 14]);
  });

  it("approves, ends, withdraws and starts nothing because of a forged snapshot [N35, F106]", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyParts, { minLength: 2, maxLength: 6 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), anyParts), { maxLength: 5 }),
        async (truth, lies) => {
          const issues = withChildren(truth.map((parts, index) => build(index + 1, parts)));
          const honest = await begin(issues);
          const deceived = await begin(issues);
          for (const [number, parts] of lies) {
            deceived.world.remembered.set(number, build(number, parts));
          }

          const plan = await honest.collect();
          await honest.dispatch(plan);
          const claims = await deceived.tick();

          expect(plan.plan.ready).toEqual(expect.arrayContaining(claims.map(({ issue }) => issue)));
          expect(factsOf(honest)).toEqual(expect.arrayContaining([...factsOf(deceived)]));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("neither writes nor claims below the floor of the API, and says so [F34]", async () => {
    const fleet = new PureFleet({ issues: [anIssue({ number: 1 })] });
    fleet.world.apiRemaining = 149;

    const claims = await fleet.tick();

    expect(claims).toEqual([]);
    expect(fleet.journal.events).toEqual([]);
    expect(fleet.world.applied).toEqual([]);
    expect(fleet.log.lines).toEqual([expect.stringContaining("149 API requests are left")]);
  });
});

/** Everything but claims that the journal got, issue by issue. */
function factsOf(fleet: PureFleet): readonly string[] {
  const { journal } = fleet;
  return [
    ...journal.facts("approved").flatMap(({ approvals }) => approvals),
    ...journal.facts("withdrawn").flatMap(({ withdrawals }) => withdrawals),
    ...journal.facts("ended").flatMap(({ deliveries }) => deliveries),
  ].map((fact) => JSON.stringify(fact));
}
