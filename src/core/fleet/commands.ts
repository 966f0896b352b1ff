/** What a person can tell the fleet, by workflow input or slash command. */
export type Command =
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "retry"; readonly issue: number };

export const COMMAND_FORMS = ["pause", "resume", "retry #<issue>"] as const;

/**
 * Reads a command: `pause`, `/resume`, `retry #12`. In a comment it stands alone on the first line
 * and begins with `/`; without a number it means the comment's own issue. `undefined` = none of ours.
 */
export function parseCommand(text: string, ownIssue?: number): Command | undefined {
  const line = text.split("\n", 1)[0]?.trim().replace(/^\//, "").toLowerCase() ?? "";
  if (line === "pause" || line === "resume") {
    return { type: line };
  }
  const match = /^retry(?:\s+#?([1-9]\d{0,8}))?$/.exec(line);
  const issue = match?.[1] === undefined ? ownIssue : Number(match[1]);
  return match === null || issue === undefined ? undefined : { type: "retry", issue };
}
