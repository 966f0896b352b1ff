/** How soon somebody should look, the least first. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export type Recommendation = "APPROVE" | "REVIEW" | "REJECT";

/** What a writer can say to it, as the slash command with `_` in the place of `-`. */
export type EscalationAction = "approve_anyway" | "manual_fix" | "reject";

/** What an escalation says to programs: the JSON of its comment, keys as they are written [E21]. */
export interface Escalation {
  /** The cause, for example `checks-failed` or `review-needed`. */
  readonly type: string;
  readonly severity: Severity;
  readonly issue: number;
  /** One sentence for people, partly in an agent's words. */
  readonly reason: string;
  readonly context: {
    /** Names of the checks that are not green; empty when none was red or none was due. */
    readonly failing_checks: readonly string[];
    readonly recommendation: Recommendation;
  };
  readonly actions: readonly EscalationAction[];
}

/** What Markdown or HTML could take for its own, and what nobody can see; `\n` is our indentation. */
const UNSAFE = /[`<>&@\u2028\u2029]|(?!\n)[\p{C}\u{e0100}-\u{e01ef}]/gu;

/**
 * Returns the collapsed block of a comment that programs read: the first `json` fence of the comment
 * is exactly the escalation. Whatever its words are, they stay inside of one JSON string: what could
 * end the fence, be markup or mention somebody is written as `\uXXXX`.
 */
export function formatEscalation(escalation: Escalation): string {
  const json = JSON.stringify(escalation, undefined, 2);
  return [
    "<details><summary>The same for programs</summary>",
    "",
    "```json",
    json.replaceAll(UNSAFE, escapeUnits),
    "```",
    "",
    "</details>",
  ].join("\n");
}

/** One `\uXXXX` for each UTF-16 unit. */
function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) =>
    character.charCodeAt(index).toString(16).padStart(4, "0"),
  )
    .map((unit) => `\\u${unit}`)
    .join("");
}
