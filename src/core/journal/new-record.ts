import type { IssueRecord } from "./records.ts";

/** The record of an issue that nothing has happened to. */
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
    notices: [],
    result: undefined,
    branchSha: undefined,
    ended: undefined,
    endedAt: undefined,
  };
}
