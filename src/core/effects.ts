import type { IssueState } from "./journal/issue-state.ts";

/**
 * What the core asks GitHub to become. Stages hand these to the world port in one list; a dry run
 * prints the same list. Each is idempotent and found before created: applying it twice leaves what
 * applying it once leaves, so a crash between any two is healed by applying all of them again.
 */
export type Effect =
  | {
      readonly type: "set-state-label";
      readonly issue: number;
      /** The one `state:*` label to leave; `undefined` removes them all. */
      readonly state: IssueState | undefined;
    }
  | {
      readonly type: "write-status-comment";
      readonly issue: number;
      /** Whole text without the marker, which the adapter adds to find the comment again. */
      readonly body: string;
    }
  | {
      readonly type: "comment-once";
      readonly issue: number;
      /** Kept in the comment itself: a second comment with this key is not posted. */
      readonly key: string;
      readonly body: string;
    }
  | {
      readonly type: "open-pull-request";
      readonly issue: number;
      readonly branch: string;
      readonly base: string;
      readonly title: string;
      readonly body: string;
      readonly isDraft: boolean;
    }
  | {
      readonly type: "describe-pull-request";
      readonly pullRequest: number;
      /** Labels that it must have; others that it has stay. */
      readonly labels: readonly string[];
      readonly milestone: number | undefined;
    }
  | {
      readonly type: "close-pull-request";
      readonly pullRequest: number;
      /** Why, for those who look at it: a comment that comes with the closing. */
      readonly comment: string;
    }
  | {
      /** A draft becomes ready for review. */
      readonly type: "mark-ready";
      readonly pullRequest: number;
    }
  | { readonly type: "close-issue"; readonly issue: number }
  | {
      readonly type: "write-milestone-block";
      readonly milestone: number;
      /** Lines between our two markers in the description; the rest stays a person's. */
      readonly block: string;
    }
  | {
      readonly type: "rerun-job";
      /** Id of a job of a run that has ended. */
      readonly job: number;
    }
  | {
      /** A ref of ours that nobody needs any more; one that is gone is removed already. */
      readonly type: "remove-ref";
      /** Its full name. */
      readonly ref: string;
      /** Where it must be, so that nobody's commit is lost; `undefined` = anywhere. */
      readonly sha: string | undefined;
    }
  | { readonly type: "start-tick" };

/** What became of an effect: a failed one is healed by a later tick. */
export interface EffectOutcome {
  readonly effect: Effect;
  /** Undefined when it was applied, or was true already. */
  readonly failure: string | undefined;
  /** A setting of GitHub forbids it: asking again changes nothing before a person does [F92]. */
  readonly isForbidden?: boolean;
  /** Number of the pull request that was opened or found. */
  readonly pullRequest?: number;
}

/** One line for the log and for a dry run. */
export function formatEffect(effect: Effect): string {
  switch (effect.type) {
    case "set-state-label":
      return effect.state === undefined
        ? `remove the state label of #${effect.issue}`
        : `label #${effect.issue} state:${effect.state}`;
    case "write-status-comment":
      return `write the status comment of #${effect.issue}`;
    case "comment-once":
      return `comment on #${effect.issue} (${effect.key})`;
    case "open-pull-request":
      return `open ${effect.isDraft ? "a draft" : "a pull request"} for #${effect.issue} from ${effect.branch}`;
    case "describe-pull-request":
      return `label pull request #${effect.pullRequest}`;
    case "close-pull-request":
      return `close pull request #${effect.pullRequest}`;
    case "mark-ready":
      return `mark pull request #${effect.pullRequest} as ready for review`;
    case "close-issue":
      return `close #${effect.issue}`;
    case "write-milestone-block":
      return `write the progress of milestone ${effect.milestone}`;
    case "rerun-job":
      return `start job ${effect.job} again`;
    case "remove-ref":
      return `remove ${effect.ref.replace(/^refs\/heads\//, "the branch ")}`;
    case "start-tick":
      return "start the next tick";
  }
}
