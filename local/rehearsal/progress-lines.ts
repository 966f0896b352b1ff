import type { IssueProgress, Progress } from "./progress.ts";

const NO_STATE = "-";

/** Returns the header and one line per issue, cut to `width` cells. */
export function formatProgress(
  progress: Progress,
  clock: { readonly startedMs: number; readonly nowMs: number },
  width: number,
): readonly string[] {
  const issues = [...progress.issues.values()];
  const running = progress.sessions.size;
  const merged = issues.filter(({ pullRequest }) => pullRequest?.merged === true).length;
  const header = [
    `Water Spider rehearsal ${formatElapsed(clock.nowMs - clock.startedMs)}`,
    countOf(progress.ticks, "tick"),
    `${countOf(running, "session")} running`,
    `${merged} merged`,
  ].join(" · ");
  return [header, ...issues.map((issue) => formatIssueLine(issue, clock.nowMs))].map((line) =>
    cut(line, width),
  );
}

function formatIssueLine(issue: IssueProgress, nowMs: number): string {
  const { startedAt, finishedAt } = issue;
  const endMs =
    issue.phase === "waiting" && finishedAt !== undefined ? Date.parse(finishedAt) : nowMs;
  const elapsed = startedAt === undefined ? "" : formatElapsed(endMs - Date.parse(startedAt));
  return [
    `#${issue.number}`.padStart(4),
    issue.priority.slice(0, 2).padEnd(2),
    describeState(issue).padEnd(14),
    (issue.runner ?? "").padEnd(8),
    elapsed.padStart(5),
    issue.title,
  ].join("  ");
}

/** One word or two for where an issue stands. */
export function describeState(issue: IssueProgress): string {
  if (issue.phase === "session") {
    return "running";
  }
  if (issue.phase === "delivery") {
    return "delivering";
  }
  if (issue.pullRequest !== undefined) {
    const { number, merged } = issue.pullRequest;
    return merged ? `merged #${number}` : `in review #${number}`;
  }
  return issue.state ?? NO_STATE;
}

/** Returns one line per issue that stands elsewhere than before, for a log that only grows. */
export function formatChanges(
  before: Progress,
  after: Progress,
  elapsedMs: number,
): readonly string[] {
  return [...after.issues.values()].flatMap((issue) => {
    const earlier = before.issues.get(issue.number);
    const state = describeState(issue);
    // A label that is being exchanged is missing for a moment.
    if (state === NO_STATE || (earlier !== undefined && describeState(earlier) === state)) {
      return [];
    }
    const runner = issue.runner === undefined ? "" : ` on ${issue.runner}`;
    const seconds = (elapsedMs / 1000).toFixed(1).padStart(6);
    return [`${seconds} s  #${issue.number} ${state}${runner}  ${issue.title}`];
  });
}

function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function cut(line: string, width: number): string {
  const letters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return letters.length <= width ? line : `${letters.slice(0, Math.max(0, width - 1)).join("")}…`;
}
