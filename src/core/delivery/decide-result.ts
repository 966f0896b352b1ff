import type { IssueRecord, Result } from "../journal/records.ts";
import type { SessionResult } from "../session/session-result.ts";
import { inertText } from "../text/clean-text.ts";
import type { Judgement } from "./judge-delivery.ts";

/** Longest sentence that the journal keeps. */
const MAX_DETAIL = 900;

export interface ResultFacts {
  readonly judgement: Judgement;
  readonly session: SessionResult | undefined;
  readonly score: number | undefined;
  /** The commit of work that is kept for a later attempt. */
  readonly keptSha: string | undefined;
  /** The commit that is delivered, and the subject that its pull request gets. */
  readonly delivered: { readonly headSha: string; readonly title: string } | undefined;
  readonly at: string;
  readonly notBefore: string | undefined;
  readonly machine: string;
  /** Names of the checks that are not green, where they judged the work. */
  readonly failingChecks: readonly string[];
}

/** Makes the journal's result of a judgement; agent words in it are cleaned and short. */
export function decideResult(facts: ResultFacts): Result {
  const { judgement, session, score, delivered, keptSha, at, notBefore, machine } = facts;
  const { failingChecks } = facts;
  return {
    outcome: judgement.outcome,
    cause: judgement.cause,
    detail: inertText(judgement.detail).replace(/\s+/g, " ").slice(0, MAX_DETAIL),
    score,
    headSha: delivered?.headSha,
    pullRequest:
      delivered === undefined
        ? undefined
        : { title: delivered.title, isDraft: judgement.deliver === "draft" },
    keptSha,
    at,
    notBefore,
    startedAt: session?.startedAt,
    machine,
    failingChecks: failingChecks.length === 0 ? undefined : failingChecks,
  };
}

/** Where the issue's branch must be for a delivery: nowhere, or where our own last push left it. */
export function isOurBranch(actual: string | undefined, record: IssueRecord): boolean {
  return actual === undefined || actual === record.branchSha;
}
