import type { IssueRecord, Result } from "../journal/records.ts";
import { type Escalation, formatEscalation } from "../text/escalation.ts";
import type { Dependencies } from "./dependencies.ts";
import { describeEscalation, type EscalationReason, isEscalation } from "./escalation.ts";
import type { Notice, NoticeContent, PlanRow } from "./plan-types.ts";
import { formatReason, type Reason } from "./reasons.ts";

/** One comment per member tells everybody concerned; in a big cycle the first ones are enough. */
const MAX_CYCLE_NOTICES = 20;

/**
 * Lists the comments that tell people what they alone can put right, each with a key under which it
 * is made once: a new cause has a new key, the same cause in the next tick has not.
 */
export function listNotices(
  rows: readonly PlanRow[],
  notPlanned: Dependencies["notPlanned"],
  records: ReadonlyMap<number, IssueRecord>,
): readonly Notice[] {
  const notices: Notice[] = [];
  for (const { issue, state, reason } of rows) {
    const result = records.get(issue)?.result;
    const key = reasonKey(issue, reason, result);
    if (key !== undefined) {
      notices.push({ issue, key, content: contentOf(issue, reason, result) });
    }
    const blockers = notPlanned.get(issue);
    if (blockers !== undefined && (state === "blocked" || state === "ready")) {
      const sorted = blockers.toSorted((a, b) => a - b);
      notices.push({
        issue,
        key: `not-planned-${hashOf(sorted.join(" "))}`,
        content: { type: "blocker-not-planned", blockers: sorted },
      });
    }
  }
  return notices;
}

function contentOf(issue: number, reason: Reason, result: Result | undefined): NoticeContent {
  return isEscalation(reason)
    ? { type: "escalation", reason, escalation: describeEscalation(issue, reason, result) }
    : { type: "reason", reason };
}

/** `undefined` for reasons that need no comment: the row is enough. */
function reasonKey(issue: number, reason: Reason, result: Result | undefined): string | undefined {
  switch (reason.type) {
    case "edited-by-reader":
    case "edits-unknown":
    case "bad-reference":
      return `${reason.type}-${hashOf(formatReason(reason))}`;
    case "cycle":
      return reason.members.indexOf(issue) < MAX_CYCLE_NOTICES
        ? `cycle-${hashOf(reason.members.join(" "))}`
        : undefined;
    case "needs-human":
    case "retries-used-up":
    case "awaiting-review":
      return escalationKey(result?.at ?? "");
    case "blocked":
      return reason.failed.length > 0
        ? `blocker-failed-${hashOf(reason.failed.join(" "))}`
        : undefined;
    default:
      return undefined;
  }
}

/** The key of what is said once about one result: a later result is another one [V11]. */
export function keyOfTime(what: string, at: string): string {
  return `${what}-${at.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`;
}

/** The key of the one escalation of a result, whoever makes it. */
export function escalationKey(at: string): string {
  return keyOfTime("escalated", at);
}

/**
 * The text of the comment, a few sentences. An escalation says the same to programs, and
 * mentions `people`, each once; nobody is mentioned for what a look at the dashboard tells too.
 */
export function formatNotice(content: NoticeContent, people: readonly string[] = []): string {
  switch (content.type) {
    case "escalation":
      return [
        `${mention(people)}A person is needed here. ${formatReason(content.reason)} ${formatAnswers(content.reason)}`,
        formatEscalation(content.escalation),
      ].join("\n\n");
    case "reason":
      return `This issue does not run for now. ${formatReason(content.reason)}`;
    case "blocker-not-planned": {
      const names = content.blockers.slice(0, 10).map((blocker) => `#${blocker}`);
      return `${names.join(", ")} was closed as not planned, so this issue does not wait for it any more. Put the dependency right if that is wrong.`;
    }
  }
}

/** What people are told when GitHub does not let our token open a pull request [F92]. */
export function formatForbiddenPullRequest(
  escalation: Escalation,
  people: readonly string[],
): string {
  return (
    `${mention(people)}A person is needed here. The work is on its branch, but GitHub forbids to open its pull request. ` +
    "Set Settings > Actions > General > Workflow permissions > 'Allow GitHub Actions to create and approve pull requests', " +
    "or look whether a cap on open pull requests is reached; the next tick opens it then.\n\n" +
    formatEscalation(escalation)
  );
}

function mention(people: readonly string[]): string {
  return [...new Set(people)].map((login) => `@${login} `).join("");
}

/** What a writer can say to it [E21]. */
function formatAnswers({ type }: EscalationReason): string {
  return type === "awaiting-review"
    ? "A writer can answer with `/approve-anyway`, with `/manual-fix` after a push to its branch, or with `/reject`."
    : "A writer can answer with `/retry`, with `/manual-fix` after a push to its branch, or with `/cancel`.";
}

/** FNV-1a over UTF-16 units, 32 bits in hex: short keys that change with their cause. */
function hashOf(text: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
