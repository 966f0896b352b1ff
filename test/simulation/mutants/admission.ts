import { withoutBlockers } from "../snapshot.ts";
import { withFleet, withIssues } from "./altered-views.ts";
import type { Mutant } from "./mutant.ts";

/** What may start. */
export const ADMISSION_MUTANTS: readonly Mutant[] = [
  {
    name: "trust-label",
    mistake: "What is labelled state:ready is ready.",
    tick: (tick, { model }) => {
      const shown = tick.plan.rows.filter(
        ({ issue, state }) =>
          state !== "ready" && model.issue(issue).labels.includes("state:ready"),
      );
      const ready = [...shown.map(({ issue }) => issue), ...tick.plan.ready];
      return { ...tick, plan: { ...tick.plan, ready } };
    },
  },
  {
    name: "forget-text",
    mistake: "The start does not compare the text with the approved one.",
    world: (world, { job, leg }) =>
      job === "session" && leg !== undefined
        ? withIssues(world, (issue) => ({ ...issue, textHash: leg.claim.textHash }))
        : world,
  },
  {
    name: "ignore-blockers",
    mistake: "Open blockers keep nothing from starting.",
    world: (world, { job }) => (job === "plan" ? withIssues(world, withoutBlockers) : world),
  },
  {
    name: "trust-everybody",
    mistake: "Everybody who sets the label counts as a writer.",
    world: (world) => ({
      ...world,
      readPermissions: async (logins) => new Map(logins.map((login) => [login, "write"])),
    }),
  },
  {
    name: "ignore-starts",
    mistake: "One person starts as many deliveries an hour as there are slots for.",
    journal: (journal, { job }) =>
      job === "plan" ? withFleet(journal, (fleet) => ({ ...fleet, starts: [] })) : journal,
  },
];
