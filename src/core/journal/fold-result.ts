import type { IssueRecord, LastFailure, ManualFix, Outcome, Result } from "./records.ts";

/**
 * Returns the record when its claim has ended so. A claim that did no work is returned: no attempt
 * is counted (design section 2).
 */
export function finished(record: IssueRecord, result: Result): IssueRecord {
  return record.claim?.manualFix === undefined
    ? attempted(record, result)
    : checked(record, result, record.claim.manualFix);
}

/**
 * After the checks of a manual fix. What was pushed before stands as it was, with its pull request.
 * The commit is not ours: no later attempt may move the branch away from it. The wish holds until it
 * was judged.
 */
function checked(record: IssueRecord, result: Result, manualFix: ManualFix): IssueRecord {
  const headSha = result.headSha ?? record.result?.headSha;
  const pullRequest = result.pullRequest ?? record.result?.pullRequest;
  return {
    ...record,
    claim: undefined,
    stop: undefined,
    result: { ...result, headSha, pullRequest },
    keptSha: result.headSha === undefined ? record.keptSha : undefined,
    manualFix: nextTry(manualFix, result.outcome),
  };
}

function nextTry(manualFix: ManualFix, outcome: Outcome): ManualFix | undefined {
  switch (outcome) {
    case "returned":
      return manualFix;
    case "retry":
      return { ...manualFix, attempt: manualFix.attempt + 1 };
    case "delivered":
    case "needs-human":
    case "failed":
    case "nothing-to-do":
    case "cancelled":
      return undefined;
  }
}

function attempted(record: IssueRecord, result: Result): IssueRecord {
  const attempts = result.outcome === "returned" ? record.attempts - 1 : record.attempts;
  const branchSha = result.headSha ?? record.branchSha;
  // What is delivered now is what the next attempt has to begin with; there is none.
  const keptSha = result.keptSha ?? (result.headSha === undefined ? record.keptSha : undefined);
  const lastFailure = failureOf(record, result);
  const pointers = { branchSha, keptSha, lastFailure };
  return { ...record, claim: undefined, stop: undefined, result, attempts, ...pointers };
}

/** What was given back or cancelled says nothing of the work. */
function failureOf(
  record: IssueRecord,
  { outcome, cause, detail }: Result,
): LastFailure | undefined {
  switch (outcome) {
    case "retry":
    case "needs-human":
    case "failed":
    case "nothing-to-do":
      return cause === undefined
        ? record.lastFailure
        : { attempt: Math.max(1, record.attempts), cause, detail };
    case "delivered":
    case "returned":
    case "cancelled":
      return record.lastFailure;
  }
}
