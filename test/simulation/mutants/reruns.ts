import { applyEvent } from "../../../src/core/journal/fold.ts";
import type { FleetRecord, JournalState } from "../../../src/core/journal/records.ts";
import type { FinalizeRerun } from "../../../src/core/plan/tick-plan.ts";
import type { Journal } from "../../../src/ports/journal.ts";
import { claimsOf } from "./altered-views.ts";
import type { Mutant } from "./mutant.ts";

/** A finalize that is started again. */
export const RERUNS_MUTANTS: readonly Mutant[] = [
  {
    name: "forget-reruns",
    mistake: "A run attempt in which a finalize was started again counts as somebody else's.",
    fold: (state, event) => withoutReruns(applyEvent(state, event)),
  },
  {
    name: "all-at-once",
    mistake: "All dead finalizes of a run are started again at once, whatever the tip says.",
    tick: (tick, { shared }) => ({
      ...tick,
      reruns: tick.reruns.flatMap((rerun) => withSiblings(rerun, shared.state)),
    }),
    journal: (journal, { job }) => (job === "plan" ? knowingFirstReruns(journal) : journal),
  },
];

function withoutReruns(state: JournalState): JournalState {
  return { ...state, fleet: { ...state.fleet, reruns: [] } };
}

function withSiblings(rerun: FinalizeRerun, state: JournalState): readonly FinalizeRerun[] {
  const claims = claimsOf(state);
  const runId = claims.find(({ nonce }) => nonce === rerun.claim)?.runId;
  return claims
    .filter((claim) => claim.runId === runId && claim.finalizeAgainAt === undefined)
    .map(({ issue, nonce }) => ({ ...rerun, issue, claim: nonce }));
}

function knowingFirstReruns(journal: Journal): Journal {
  let first: FleetRecord["reruns"] | undefined;
  return {
    read: async () => {
      const state = await journal.read();
      first ??= state.fleet.reruns;
      return state;
    },
    append: (decide, alongside) =>
      journal.append((tip) => {
        const { fleet } = tip;
        return decide({ ...tip, fleet: { ...fleet, reruns: first ?? fleet.reruns } });
      }, alongside),
  };
}
