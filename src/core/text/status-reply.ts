import type { IssueState } from "../journal/issue-state.ts";
import type { FleetRecord, JournalState } from "../journal/records.ts";
import { formatReason } from "../plan/reasons.ts";
import { activePause } from "../plan/schedule.ts";
import { listSlots } from "../plan/slots.ts";
import type { TickPlan } from "../plan/tick-plan.ts";
import { plainSentence } from "./untrusted.ts";

/** What the answer to `/status` is made of. */
export interface StatusQuestion {
  readonly tick: Pick<
    TickPlan,
    "plan" | "repository" | "configuration" | "busySlots" | "offlineSlots" | "rewind"
  >;
  readonly journal: JournalState;
  /** Where it was asked: its own line is the last one. */
  readonly issue: number;
  /** Address of the run that answers. */
  readonly runUrl: string;
}

/** The five queues, each a view of the states [W09]. */
const QUEUES = ["ready", "blocked", "running", "completed", "failed or retrying"] as const;
type Queue = (typeof QUEUES)[number];

/** More completed deliveries than this are not counted [W09]. */
const MAX_COMPLETED = 100;

/** The answer to `/status`: the fleet, its slots, the five queues, and why this issue stands where it does [O07]. */
export function formatStatusReply(question: StatusQuestion): string {
  const { tick, journal, issue, runUrl } = question;
  const { configuration, busySlots, offlineSlots } = tick;
  const slots = Math.min(listSlots(configuration.machines).length, configuration.maxParallel);
  const offline = offlineSlots.length === 0 ? "" : `, ${offlineSlots.length} offline`;
  return [
    `${formatFleet(question)} ${busySlots.length} of ${slots} slots busy${offline}.${formatTarget(journal.fleet)}`,
    "",
    `| ${QUEUES.join(" | ")} |`,
    `| ${QUEUES.map(() => "---:").join(" | ")} |`,
    `| ${countQueues(question).join(" | ")} |`,
    "",
    `#${issue}: ${formatIssue(question)}`,
    "",
    `The whole backlog, in order, is in the summary of the [workflow run](${runUrl}).`,
  ].join("\n");
}

function formatFleet({ tick, journal }: StatusQuestion): string {
  const { plan, repository, rewind } = tick;
  const pause = rewind ?? activePause(journal.fleet, plan.at, repository.headSha);
  if (pause === undefined) {
    return "**The fleet runs.**";
  }
  const until = pause.until === undefined ? "" : ` until ${pause.until}`;
  return `**The fleet is paused**${until} (${pause.reason}): ${plainSentence(pause.detail)}.`;
}

function formatTarget({ target }: FleetRecord): string {
  return target === undefined ? "" : ` ${target.landed} of its target of ${target.count} landed.`;
}

function countQueues({ tick, journal }: StatusQuestion): readonly string[] {
  const counts = new Map<Queue, number>();
  for (const { state } of tick.plan.rows) {
    const queue = queueOf(state);
    if (queue !== undefined) {
      counts.set(queue, (counts.get(queue) ?? 0) + 1);
    }
  }
  const completed = journal.history.filter(({ ended }) => ended === "completed").length;
  return QUEUES.map((queue) => {
    const count = queue === "completed" ? completed : (counts.get(queue) ?? 0);
    return queue === "completed" && count > MAX_COMPLETED ? `${MAX_COMPLETED}+` : `${count}`;
  });
}

/** What waits for its approval, its review or its merge is in no queue; what ended is counted in the history. */
function queueOf(state: IssueState): Queue | undefined {
  switch (state) {
    case "queued":
    case "ready":
      return "ready";
    case "blocked":
      return "blocked";
    case "dispatched":
    case "running":
      return "running";
    case "failed":
    case "retrying":
      return "failed or retrying";
    case "pending":
    case "reviewing":
    case "completing":
    case "completed":
    case "cancelled":
      return undefined;
  }
}

function formatIssue({ tick, journal, issue }: StatusQuestion): string {
  const row = tick.plan.rows.find((one) => one.issue === issue);
  if (row !== undefined) {
    return `\`${row.state}\`. ${formatReason(row.reason)}`;
  }
  const record = journal.issues.get(issue);
  if (record?.ended === undefined) {
    return `not planned: it does not carry the label \`${tick.configuration.triggerLabel}\`, or is not open.`;
  }
  const by = record.endedBy === undefined ? "" : ` by ${record.endedBy}`;
  return `\`${record.ended}\`${by}.`;
}
