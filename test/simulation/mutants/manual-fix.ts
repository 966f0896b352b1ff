import { applyEvent } from "../../../src/core/journal/fold.ts";
import type { Claim } from "../../../src/core/journal/records.ts";
import { withClaim, withRecord } from "./altered-views.ts";
import type { Mutant } from "./mutant.ts";

/** The checks of what people pushed. */
export const MANUAL_FIX_MUTANTS: readonly Mutant[] = [
  {
    name: "deliver-tip",
    mistake: "A manual fix delivers whatever lies on its branch by now.",
    journal: (journal, { job, leg, shared }) =>
      job === "finalize" && leg?.claim.manualFix !== undefined
        ? withClaim(journal, leg, (claim) => fixOf(claim, shared.branches))
        : journal,
  },
  {
    name: "fix-is-ours",
    mistake: "A commit of people's that was checked counts as our own push from then on.",
    fold: (state, event) => {
      const { fact } = event;
      const after = applyEvent(state, event);
      const record = fact.type === "result" ? after.issues.get(fact.issue) : undefined;
      return fact.type === "result" && record !== undefined && fact.result.headSha !== undefined
        ? withRecord(after, { ...record, branchSha: fact.result.headSha })
        : after;
    },
  },
  {
    name: "fix-by-agent",
    mistake: "A session runs for a manual fix.",
    journal: (journal, { job, leg }) =>
      job === "session" && leg !== undefined
        ? withClaim(journal, leg, (claim) => ({ ...claim, manualFix: undefined }))
        : journal,
  },
];

function fixOf(claim: Claim, branches: ReadonlyMap<string, string>): Claim {
  const { manualFix } = claim;
  const headSha = branches.get(`feature/issue-${claim.issue}`);
  return manualFix === undefined || headSha === undefined
    ? claim
    : { ...claim, manualFix: { ...manualFix, headSha } };
}
