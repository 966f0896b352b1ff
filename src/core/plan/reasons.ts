import type { FleetPause } from "../journal/records.ts";
import { plainSentence, quoteText } from "../text/untrusted.ts";
import { formatReferenceProblem, type ReferenceProblem } from "./reference-problem.ts";

/** Why an open triggered issue is not running, or what it is doing: one reason for each [N27]. */
export type Reason = ApprovalReason | DependencyReason | JournalReason | ScheduleReason;

/** Why nobody's word stands behind the text: the issue is pending (design 4.1). */
export type ApprovalReason =
  | { readonly type: "unreadable-issue"; readonly detail: string }
  | { readonly type: "public-repository" }
  | { readonly type: "label-event-unknown" }
  | { readonly type: "label-by-deleted-account" }
  | { readonly type: "label-by-bot"; readonly login: string; readonly id: number }
  | { readonly type: "label-by-reader"; readonly login: string }
  | {
      readonly type: "edited-by-reader";
      /** `undefined` = the account was deleted. */
      readonly login: string | undefined;
      readonly at: string;
      readonly what: "body" | "title";
    }
  | { readonly type: "edits-unknown" }
  | { readonly type: "text-changed" }
  | { readonly type: "permission-unread"; readonly logins: readonly string[] }
  | { readonly type: "approval-unread" }
  | { readonly type: "delivery-ended"; readonly ended: "completed" | "cancelled" };

/** Why it waits for other issues: it is blocked. */
export type DependencyReason =
  | { readonly type: "bad-reference"; readonly problems: readonly ReferenceProblem[] }
  | { readonly type: "cycle"; readonly members: readonly number[] }
  | { readonly type: "behind-cycle"; readonly members: readonly number[] }
  | {
      readonly type: "blocked";
      readonly by: readonly number[];
      /** Those among `by` that failed for good or were cancelled. */
      readonly failed: readonly number[];
      /** Those among `by` that nobody has asked an agent to do. */
      readonly untriggered: readonly number[];
      /** Parent issues whose blockers this one inherits. */
      readonly through: readonly number[];
    };

/** What the journal, or a pull request of ours, says about it. */
export type JournalReason =
  | { readonly type: "unreadable-record"; readonly detail: string }
  | { readonly type: "dispatched"; readonly slot: string; readonly runId: number }
  | { readonly type: "running"; readonly slot: string; readonly runId: number }
  | {
      readonly type: "checking";
      readonly slot: string;
      readonly runId: number;
      /** The commit of people's that is checked. */
      readonly headSha: string;
    }
  | { readonly type: "finishing"; readonly runId: number }
  | { readonly type: "pull-request-due" }
  | { readonly type: "awaiting-merge"; readonly pullRequest: number }
  | { readonly type: "awaiting-review"; readonly pullRequest: number; readonly detail: string }
  | { readonly type: "merged"; readonly pullRequest: number }
  | { readonly type: "pull-request-closed"; readonly pullRequest: number }
  | { readonly type: "needs-human"; readonly detail: string }
  | { readonly type: "failed"; readonly detail: string }
  | { readonly type: "retries-used-up"; readonly attempts: number; readonly detail: string }
  | { readonly type: "cancelled"; readonly detail: string }
  | { readonly type: "nothing-to-do"; readonly detail: string }
  | { readonly type: "retrying"; readonly notBefore: string };

/** Why it is ready and yet not started, or that it starts. */
export type ScheduleReason =
  | { readonly type: "starting"; readonly slot: string }
  | {
      readonly type: "no-free-slot";
      /** Place in the queue of ready issues, from 1. */
      readonly position: number;
      readonly busy: number;
      readonly offline: number;
    }
  | { readonly type: "overlap"; readonly issue: number }
  | { readonly type: "open-pull-request-cap"; readonly open: number; readonly cap: number }
  | {
      readonly type: "paused";
      readonly reason: FleetPause["reason"];
      readonly until: string | undefined;
      readonly detail: string;
    }
  | { readonly type: "target-reached"; readonly count: number }
  /** Whoever started it has started so many others within the hour [N26]. */
  | {
      readonly type: "start-limit";
      readonly by: string;
      readonly limit: number;
      /** When it goes on: ISO 8601, UTC. */
      readonly until: string;
    }
  /** Claimed again and again within an hour: a person has to look [F16]. */
  | { readonly type: "claim-storm"; readonly claims: number }
  | { readonly type: "credential-missing" }
  | { readonly type: "api-floor"; readonly remaining: number; readonly floor: number }
  /** It, or something it waits for, is known from the snapshot only. */
  | { readonly type: "unverified" }
  | { readonly type: "order-violated" }
  /** The journal moved on since the plan was made. */
  | { readonly type: "decided-elsewhere" };

/** One sentence for people: "why is #n not running". */
export function formatReason(reason: Reason): string {
  switch (reason.type) {
    case "unreadable-issue":
    case "public-repository":
    case "label-event-unknown":
    case "label-by-deleted-account":
    case "label-by-bot":
    case "label-by-reader":
    case "edited-by-reader":
    case "edits-unknown":
    case "text-changed":
    case "permission-unread":
    case "approval-unread":
    case "delivery-ended":
      return formatApprovalReason(reason);
    case "bad-reference":
    case "cycle":
    case "behind-cycle":
    case "blocked":
      return formatDependencyReason(reason);
    case "starting":
    case "no-free-slot":
    case "overlap":
    case "open-pull-request-cap":
    case "paused":
    case "target-reached":
    case "claim-storm":
    case "start-limit":
    case "credential-missing":
    case "api-floor":
    case "unverified":
    case "order-violated":
    case "decided-elsewhere":
      return formatScheduleReason(reason);
    default:
      return formatJournalReason(reason);
  }
}

function formatApprovalReason(reason: ApprovalReason): string {
  switch (reason.type) {
    case "unreadable-issue":
      return `GitHub did not give this issue in a readable form: ${plainSentence(reason.detail)}.`;
    case "public-repository":
      return "The repository is public and `allow-public` is not set.";
    case "label-event-unknown":
      return "Nobody is known to have set the trigger label; set it again.";
    case "label-by-deleted-account":
      return "The trigger label was set by an account that no longer exists; set it again.";
    case "label-by-bot":
      return `The trigger label was set by the bot ${quoteText(reason.login)}, whose id ${reason.id} is not among \`trust.bots\`.`;
    case "label-by-reader":
      return `The trigger label was set by ${quoteText(reason.login)}, who may not write here; someone who may has to set it again.`;
    case "edited-by-reader": {
      const who =
        reason.login === undefined
          ? "an account that no longer exists"
          : `${quoteText(reason.login)}, who may not write here`;
      return `The ${reason.what} was edited at ${reason.at} by ${who}; read it and set the trigger label again.`;
    }
    case "edits-unknown":
      return "The text has more edits than GitHub lists, so who made them is unknown; set the trigger label again.";
    case "text-changed":
      return "The text is not the one that was approved, and no edit explains it; set the trigger label again.";
    case "permission-unread":
      return `Whether ${listText(reason.logins)} may write here is not known yet; the next tick asks again.`;
    case "approval-unread":
      return "Nobody's word stood behind it when it was last looked at; it is looked at again within the hour.";
    case "delivery-ended":
      return `Its delivery is ${reason.ended}; set the trigger label again for a new one.`;
  }
}

function formatDependencyReason(reason: DependencyReason): string {
  switch (reason.type) {
    case "bad-reference":
      return `A dependency cannot be checked: ${listProblems(reason.problems)}.`;
    case "cycle":
      return reason.members.length === 1
        ? "It waits for itself; remove that dependency."
        : `It waits for itself through the cycle of ${listIssues(reason.members)}; remove one of these dependencies.`;
    case "behind-cycle":
      return `It waits for the cycle of ${listIssues(reason.members)}, which never ends by itself.`;
    case "blocked": {
      const notes = [
        ...(reason.failed.length > 0 ? [`${listIssues(reason.failed)} failed or was stopped`] : []),
        ...(reason.untriggered.length > 0
          ? [`${listIssues(reason.untriggered)} without the trigger label`]
          : []),
        ...(reason.through.length > 0 ? [`through its parent ${listIssues(reason.through)}`] : []),
      ];
      const note = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
      return `Waits for ${listIssues(reason.by)}${note}.`;
    }
  }
}

function formatJournalReason(reason: JournalReason): string {
  switch (reason.type) {
    case "unreadable-record":
      return `Its record in the journal cannot be read: ${plainSentence(reason.detail)}.`;
    case "dispatched":
      return `Claimed for ${reason.slot} by run ${reason.runId}; the session has not started yet.`;
    case "running":
      return `A session runs on ${reason.slot} in run ${reason.runId}.`;
    case "checking":
      return `The checks of ${reason.headSha.slice(0, 12)}, which people pushed, run on ${reason.slot} in run ${reason.runId}; no session.`;
    case "finishing":
      return `The session has ended; run ${reason.runId} is checking and delivering its work.`;
    case "pull-request-due":
      return "The work is delivered to its branch; the pull request follows.";
    case "awaiting-merge":
      return `Waits for pull request #${reason.pullRequest} to be merged.`;
    case "awaiting-review":
      return `Waits for a person to review draft #${reason.pullRequest}: ${plainSentence(reason.detail)}.`;
    case "merged":
      return `Pull request #${reason.pullRequest} is merged; only the issue is still open.`;
    case "pull-request-closed":
      return `Pull request #${reason.pullRequest} was closed without a merge; remove the trigger label and set it again to start over.`;
    case "needs-human":
      return `A person has to decide: ${plainSentence(reason.detail)}.`;
    case "failed":
      return `Failed for good: ${plainSentence(reason.detail)}.`;
    case "retries-used-up":
      return `Failed after ${reason.attempts} attempts: ${plainSentence(reason.detail)}.`;
    case "cancelled":
      return `Was stopped: ${plainSentence(reason.detail)}.`;
    case "nothing-to-do":
      return `The session found nothing to do: ${plainSentence(reason.detail)}.`;
    case "retrying":
      return `Is tried again, not before ${reason.notBefore}.`;
  }
}

function formatScheduleReason(reason: ScheduleReason): string {
  switch (reason.type) {
    case "starting":
      return `Starts now on ${reason.slot}.`;
    case "no-free-slot": {
      const offline = reason.offline > 0 ? `, ${reason.offline} offline` : "";
      return `Ready, number ${reason.position} in the queue; no slot is free (${reason.busy} busy${offline}).`;
    }
    case "overlap":
      return `Ready, but #${reason.issue} is working on some of the same files.`;
    case "open-pull-request-cap":
      return `Ready, but ${reason.open} of ${reason.cap} allowed pull requests are open or on their way.`;
    case "paused": {
      const until = reason.until === undefined ? "" : ` until ${reason.until}`;
      return `Ready, but the fleet is paused${until} (${reason.reason}): ${plainSentence(reason.detail)}.`;
    }
    case "target-reached":
      return `Ready, but the fleet landed its target of ${reason.count} deliveries.`;
    case "claim-storm":
      return `It was claimed ${reason.claims} times within an hour, so it waits for the hour to pass.`;
    case "start-limit":
      return `${quoteText(reason.by)} started ${reason.limit} deliveries within an hour (\`limits.starts-per-actor\`), so this one waits until ${reason.until}.`;
    case "credential-missing":
      return "Ready, but this tick has no model credential, so it only plans.";
    case "api-floor":
      return `Ready, but only ${reason.remaining} API requests are left this hour, fewer than \`api.floor\` (${reason.floor}), so this tick only reads.`;
    case "unverified":
      return "Ready by what is remembered of it; it is read again before it starts.";
    case "order-violated":
      return "Ready, but the order failed its independent check, so nothing starts; please report this.";
    case "decided-elsewhere":
      return "Ready in this plan, but the journal has moved on since.";
  }
}

/** More than this is no sentence any more. */
const MAX_LISTED = 10;

/** `#1, #2 and #3`; the rest beyond ten is counted. */
function listIssues(issues: readonly number[]): string {
  return joinWords(issues, (issue) => `#${issue}`);
}

function listText(texts: readonly string[]): string {
  return joinWords(texts, quoteText);
}

function listProblems(problems: readonly ReferenceProblem[]): string {
  return joinWords(problems, formatReferenceProblem);
}

function joinWords<T>(items: readonly T[], format: (item: T) => string): string {
  const shown = items.slice(0, MAX_LISTED).map((item) => format(item));
  const rest = items.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = all.at(-1) ?? "nothing";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} and ${last}`;
}
