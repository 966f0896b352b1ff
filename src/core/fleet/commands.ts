/** What a person can tell the fleet, by workflow input or slash command. */
export type Command =
  /** Claim nothing more; sessions go on. */
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** Claim nothing more and end what runs; its work is not delivered. */
  | { readonly type: "stop" }
  /** End any pause; with a count, stop by itself when so many deliveries have landed. */
  | { readonly type: "start"; readonly count: number | undefined }
  | { readonly type: "retry"; readonly issue: number }
  | { readonly type: "cancel"; readonly issue: number };

export const COMMAND_FORMS = [
  "pause",
  "resume",
  "stop",
  "start [<count>]",
  "retry #<issue>",
  "cancel #<issue>",
] as const;

/**
 * Reads a command: `pause`, `/resume`, `retry #12`. In a comment it stands alone on the first line
 * and begins with `/`; without a number it means the comment's own issue. `undefined` = none of ours.
 */
export function parseCommand(text: string, ownIssue?: number): Command | undefined {
  const line = text.split("\n", 1)[0]?.trim().replace(/^\//, "").toLowerCase() ?? "";
  if (line === "pause" || line === "resume" || line === "stop") {
    return { type: line };
  }
  const start = /^start(?:\s+([1-9]\d{0,4}))?$/.exec(line);
  if (start !== null) {
    return { type: "start", count: start[1] === undefined ? undefined : Number(start[1]) };
  }
  const match = /^(retry|cancel)(?:\s+#?([1-9]\d{0,8}))?$/.exec(line);
  const issue = match?.[2] === undefined ? ownIssue : Number(match[2]);
  if (match === null || issue === undefined) {
    return undefined;
  }
  return { type: match[1] === "retry" ? "retry" : "cancel", issue };
}
