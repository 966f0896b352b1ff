import type { JournalState } from "../../../src/core/journal/records.ts";
import { withFleet } from "./altered-views.ts";
import type { Mutant } from "./mutant.ts";

/** What ought to be heard: kicks, a pause, a stop. */
export const SIGNALS_MUTANTS: readonly Mutant[] = [
  {
    name: "lose-kicks",
    mistake: "No kick and no cron ever arrives.",
    losesKicks: true,
  },
  {
    name: "ignore-pause",
    mistake: "A pause is looked at only when the plan is made.",
    journal: (journal, { job }) =>
      job === "plan" ? withFleet(journal, (fleet) => ({ ...fleet, pause: undefined })) : journal,
  },
  {
    name: "ignore-stop",
    mistake: "A session looks at the journal once, and never again.",
    journal: (journal, { job }) => {
      let first: Promise<JournalState> | undefined;
      return job === "session" ? { ...journal, read: () => (first ??= journal.read()) } : journal;
    },
  },
];
