import type { CheckResult } from "../session/session-result.ts";
import { inertText } from "./clean-text.ts";
import { quoteText } from "./untrusted.ts";

/** How much of one check's output a comment shows: its end says why. */
const MAX_OUTPUT = 4_000;

/** The end of what each check said that is not green, as Markdown; empty when all of them are. */
export function formatRedChecks(checks: readonly CheckResult[]): string {
  return checks
    .filter(({ status }) => status !== "passed")
    .map(({ name, command, status, tail }) => {
      const output = inertText(tail).trim().slice(-MAX_OUTPUT);
      const fence = fenceAround(output);
      const how = status.replace("-", " ");
      return [`${name} (${quoteText(command)}) ${how}:`, "", fence, output, fence].join("\n");
    })
    .join("\n\n");
}

/** Longer than any row of backticks in the text, which therefore cannot end it. */
function fenceAround(text: string): string {
  const rows = [...text.matchAll(/`+/g)].map(([row]) => row.length);
  return "`".repeat(Math.max(2, ...rows) + 1);
}
