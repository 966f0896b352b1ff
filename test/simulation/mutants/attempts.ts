import type { JournalEvent } from "../../../src/core/journal/events.ts";
import { applyEvent } from "../../../src/core/journal/fold.ts";
import type { JournalState } from "../../../src/core/journal/records.ts";
import { withAttempts } from "./altered-views.ts";
import type { Mutant } from "./mutant.ts";

/** What counts as an attempt. */
export const ATTEMPTS_MUTANTS: readonly Mutant[] = [
  {
    name: "count-late",
    mistake: "Attempts are counted when the session has ended.",
    fold: (state, event) => countingLate(state, event),
  },
  {
    name: "returned-counts",
    mistake: "A claim that was given back counts as an attempt.",
    fold: (state, event) => {
      const { fact } = event;
      const before = fact.type === "result" ? state.issues.get(fact.issue) : undefined;
      return before === undefined
        ? applyEvent(state, event)
        : withAttempts(applyEvent(state, event), before.issue, before.attempts);
    },
  },
  {
    name: "fix-counts",
    mistake: "The checks of a manual fix count as an attempt.",
    fold: (state, event) => {
      const { fact } = event;
      const fixes =
        fact.type === "dispatched" ? fact.claims.filter(({ manualFix }) => manualFix) : [];
      return fixes.reduce(
        (tip, { issue }) => withAttempts(tip, issue, (state.issues.get(issue)?.attempts ?? 0) + 1),
        applyEvent(state, event),
      );
    },
  },
];

function countingLate(state: JournalState, event: JournalEvent): JournalState {
  const { fact } = event;
  const after = applyEvent(state, event);
  if (fact.type === "dispatched") {
    return fact.claims.reduce(
      (tip, { issue }) => withAttempts(tip, issue, state.issues.get(issue)?.attempts ?? 0),
      after,
    );
  }
  const before = fact.type === "result" ? state.issues.get(fact.issue) : undefined;
  const counts = fact.type === "result" && fact.result.outcome !== "returned" ? 1 : 0;
  return before === undefined ? after : withAttempts(after, before.issue, before.attempts + counts);
}
