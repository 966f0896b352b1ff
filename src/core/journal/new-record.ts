import type { IssueRecord } from "./records.ts";

/**
 * The record of an issue that nothing has happened to. Its keys come in the order of the schema, so
 * that a file is the same bytes whether its record was read back in between or not.
 */
export function newRecord(issue: number, delivery = 1): IssueRecord {
  return {
    issue,
    delivery,
    attempts: 0,
    approval: undefined,
    said: undefined,
    claim: undefined,
    stop: undefined,
    recentClaims: [],
    result: undefined,
    notices: [],
    branchSha: undefined,
    keptSha: undefined,
    lastFailure: undefined,
    manualFix: undefined,
    ended: undefined,
    endedAt: undefined,
    endedBy: undefined,
    retriedBy: undefined,
  };
}
