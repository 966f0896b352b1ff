import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import { planTick } from "../../src/core/plan/plan.ts";
import {
  aClaim,
  aClosedIssue,
  anIssue,
  aPlanInput,
  aRecord,
  labelled,
  NOW,
} from "../../test/arbitraries/plan.ts";
import type { Moment, Policy } from "./simulate.ts";
import type { Work } from "./work-graph.ts";

/** Our planner, whole: every tick is a `planTick` over what GitHub and the journal would show. */
export function ourPolicy(work: readonly Work[], estimates: "estimated" | "unestimated"): Policy {
  const repository = new Repository(work, estimates === "estimated");
  return {
    name: estimates === "estimated" ? "water-spider" : "water-spider, no estimates",
    everySeconds: undefined,
    decide: (moment) => repository.tick(moment),
  };
}

class Repository {
  readonly #work: readonly Work[];
  readonly #open: ReadonlyMap<number, ObservedIssue>;
  readonly #claims = new Map<number, Claim>();

  constructor(work: readonly Work[], isEstimated: boolean) {
    this.#work = work;
    this.#open = new Map(work.map((each) => [each.number, observed(each, isEstimated)]));
  }

  tick(moment: Moment): readonly number[] {
    const live = [...this.#claims.values()].filter(({ issue }) => moment.running.has(issue));
    const { starts } = planTick(
      aPlanInput({
        issues: this.#work.map((each) => this.#show(each, moment)),
        records: live.map((claim) => aRecord({ issue: claim.issue, attempts: 1, claim })),
        liveClaims: new Map(live.map((claim) => [claim.issue, claim])),
        busySlots: live.map(({ slot }) => slot),
        now: timeAfter(moment.now),
      }),
    );
    for (const { issue, slot, machine } of starts) {
      this.#claims.set(issue, aClaim({ issue, slot, machine }));
    }
    return starts.map(({ issue }) => issue);
  }

  /** Closed when it is done, and without the label until it arrives. */
  #show({ number, arrivesAt }: Work, { now, done }: Moment): ObservedIssue {
    if (done.has(number)) {
      return aClosedIssue(number);
    }
    const issue = this.#open.get(number) ?? anIssue({ number });
    return arrivesAt <= now ? issue : { ...issue, labels: [], trigger: undefined };
  }
}

function observed(work: Work, isEstimated: boolean): ObservedIssue {
  const { number, blockedBy, estimateMinutes, isUrgent } = work;
  return anIssue({
    number,
    labels: labelled(
      ...(isUrgent ? ["P0-Critical"] : []),
      ...(isEstimated ? [`estimated:${estimateMinutes}m`] : []),
      ...blockedBy.map((blocker) => `blocked-by:#${blocker}`),
    ),
  });
}

function timeAfter(seconds: number): string {
  return `${new Date(Date.parse(NOW) + 1_000 * seconds).toISOString().slice(0, 19)}Z`;
}
