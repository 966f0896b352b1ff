import type { ObservedJob } from "../../../src/core/observation.ts";
import { claimsOf, withFleet, withRuns } from "./altered-views.ts";
import type { Mutant } from "./mutant.ts";

/** Who is alive, and which slot is free. */
export const SLOTS_MUTANTS: readonly Mutant[] = [
  {
    name: "unlisted-is-dead",
    mistake: "A claim whose job is not listed yet is dead.",
    world: (world, { job }) =>
      job === "plan" ? withRuns(world, ({ jobs }) => jobs.some(isSession)) : world,
  },
  {
    name: "silence-is-death",
    mistake: "A session that has run for 20 minutes is dead.",
    world: (world, { job }) =>
      job === "plan"
        ? withRuns(world, ({ jobs }, now) => !jobs.some((one) => isOld(one, now)))
        : world,
  },
  {
    name: "slot-until-finalize",
    mistake: "A slot is free only when finalize has ended.",
    tick: (tick, { shared }) => ({
      ...tick,
      busySlots: claimsOf(shared.state).map(({ slot }) => slot),
    }),
  },
  {
    name: "slot-at-once",
    mistake: "A slot is free as soon as its claim was looked at.",
    tick: (tick) => ({ ...tick, busySlots: [] }),
  },
  {
    name: "ignore-offline",
    mistake: "A slot whose job no runner took gets the next job all the same.",
    journal: (journal, { job }) =>
      job === "plan" ? withFleet(journal, (fleet) => ({ ...fleet, offline: [] })) : journal,
  },
  {
    name: "ignore-full",
    mistake: "A machine that gave a claim back for lack of room gets the next one all the same.",
    journal: (journal, { job }) =>
      job === "plan" ? withFleet(journal, (fleet) => ({ ...fleet, full: [] })) : journal,
  },
];

function isSession({ name }: ObservedJob): boolean {
  return name.endsWith(" / session");
}

function isOld(job: ObservedJob, now: string): boolean {
  const isRunning = isSession(job) && job.status === "in_progress";
  return isRunning && Date.parse(now) - Date.parse(job.startedAt ?? now) > 20 * 60_000;
}
