import type { JournalState } from "../../../src/core/journal/records.ts";
import type { Journal } from "../../../src/ports/journal.ts";
import type { Leg } from "../runs.ts";
import type { Mutant } from "./mutant.ts";

/** What is written, and on what that is decided. */
export const WRITES_MUTANTS: readonly Mutant[] = [
  {
    name: "drop-lease",
    mistake: "A push lands although somebody else was faster.",
    ignoresLease: true,
  },
  {
    name: "repeat-comment",
    mistake: "A comment is made without looking for the one that is there.",
    world: (world, { model }) => ({
      ...world,
      apply: (effects) => {
        for (const effect of effects) {
          if (effect.type === "comment-once" || effect.type === "write-status-comment") {
            const comments = model.comments.get(effect.issue) ?? [];
            model.comments.set(effect.issue, [...comments, ...comments.slice(0, 1)]);
          }
        }
        return world.apply(effects);
      },
    }),
  },
  {
    name: "foreign-claim",
    mistake: "finalize takes whatever claim the issue has for its own.",
    journal: (journal, { job, leg }) =>
      job === "finalize" && leg !== undefined ? takingForOwn(journal, leg) : journal,
  },
  {
    name: "ignore-tip",
    mistake: "Claims are decided on the journal as the tick first saw it.",
    journal: (journal, { job }) => (job === "plan" ? decidingOnFirst(journal) : journal),
  },
  {
    name: "branch-later",
    mistake: "The result is journalled without the branch beside it.",
    journal: (journal, { job }) =>
      job === "finalize"
        ? { read: () => journal.read(), append: (decide) => journal.append(decide) }
        : journal,
  },
];

function takingForOwn(journal: Journal, { claim, attempt }: Leg): Journal {
  const own = (state: JournalState): JournalState => {
    const record = state.issues.get(claim.issue);
    const { number: runAttempt } = attempt;
    const taken = { ...claim, runAttempt, finalizeAgainAt: undefined };
    return record?.claim === undefined
      ? state
      : {
          ...state,
          issues: new Map([...state.issues, [claim.issue, { ...record, claim: taken }]]),
        };
  };
  return {
    read: async () => own(await journal.read()),
    append: (decide, alongside) =>
      journal.append((tip) => {
        const fact = decide(own(tip));
        const nonce = tip.issues.get(claim.issue)?.claim?.nonce;
        return fact?.type === "result" && nonce !== undefined ? { ...fact, claim: nonce } : fact;
      }, alongside),
  };
}

function decidingOnFirst(journal: Journal): Journal {
  let first: JournalState | undefined;
  return {
    read: async () => (first ??= await journal.read()),
    append: (decide, alongside) =>
      journal.append((tip) => {
        const fact = first === undefined ? undefined : decide(first);
        return fact?.type === "dispatched" ? fact : decide(tip);
      }, alongside),
  };
}
