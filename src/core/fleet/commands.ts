/** What a person can tell the fleet, by workflow input or slash command. */
export type Command =
  /** Claim nothing more; sessions go on. */
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** Claim nothing more and end what runs; its work is not delivered. */
  | { readonly type: "stop" }
  /** End any pause; with a count, stop by itself when so many deliveries have landed. */
  | { readonly type: "start"; readonly count: number | undefined }
  /** Say how things stand: nothing changes. */
  | { readonly type: "status" }
  | IssueCommand;

/** A wish about one issue. */
export interface IssueCommand {
  readonly type: (typeof ISSUE_COMMANDS)[number];
  readonly issue: number;
}

/** In the order in which they are explained. */
const ISSUE_COMMANDS = [
  /** A stopped delivery begins again, with all its attempts. */
  "retry",
  /** The text as it is now may run, as if the trigger label had been set now. */
  "approve",
  /** A draft below the score, or with a check missing, goes on as if it had passed. */
  "approve-anyway",
  /** What people pushed to the issue's branch is checked, without a session, and delivered. */
  "manual-fix",
  /** The work is not wanted: the session ends, the pull request is closed. */
  "reject",
  /** The same, before there is work to judge. */
  "cancel",
] as const;

export const COMMAND_FORMS = [
  "pause",
  "resume",
  "stop",
  "start [<count>]",
  "status",
  ...ISSUE_COMMANDS.map((type) => `${type} #<issue>` as const),
] as const;

/**
 * Reads a command: `pause`, `/resume`, `retry #12`. In a comment it stands alone on the first line
 * and begins with `/`; without a number it means the comment's own issue. `undefined` = none of ours.
 */
export function parseCommand(text: string, ownIssue?: number): Command | undefined {
  const line = text.split("\n", 1)[0]?.trim().replace(/^\//, "").toLowerCase() ?? "";
  if (line === "pause" || line === "resume" || line === "stop" || line === "status") {
    return { type: line };
  }
  const start = /^start(?:\s+([1-9]\d{0,4}))?$/.exec(line);
  if (start !== null) {
    return { type: "start", count: start[1] === undefined ? undefined : Number(start[1]) };
  }
  const match = /^([a-z-]+)(?:\s+#?([1-9]\d{0,8}))?$/.exec(line);
  const type = ISSUE_COMMANDS.find((one) => one === match?.[1]);
  const issue = match?.[2] === undefined ? ownIssue : Number(match[2]);
  return type === undefined || issue === undefined ? undefined : { type, issue };
}
