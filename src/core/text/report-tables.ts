import type { QualityPart, QualityReport } from "../delivery/quality.ts";
import type { CheckResult } from "../session/session-result.ts";
import { quoteText } from "./untrusted.ts";

/** The quality report as a Markdown table: every part with its case, nothing left out [N16]. */
export function formatQualityTable({ total, parts }: QualityReport): string {
  return [
    "| Part | Case | Points |",
    "| --- | --- | --- |",
    ...parts.map((part) => `| ${part.name} | ${describeCase(part)} | ${describePoints(part)} |`),
    `| **Total** | | **${total ?? "not measured"}** |`,
  ].join("\n");
}

/** The commands that judged the work, with what came of them. */
export function formatCheckTable(checks: readonly CheckResult[]): string {
  if (checks.length === 0) {
    return "No check is configured, so nothing was measured.";
  }
  return [
    "| Check | Command | Result | Seconds |",
    "| --- | --- | --- | --- |",
    ...checks.map(
      ({ name, command, status, seconds }) =>
        `| ${name} | ${quoteText(command)} | ${status.replace("-", " ")} | ${seconds.toFixed(1)} |`,
    ),
  ].join("\n");
}

function describeCase(part: QualityPart): string {
  switch (part.case) {
    case "measured":
      return "measured";
    case "not-configured":
      return "not configured";
    case "missing":
      return "**missing**: configured, but without a result";
  }
}

function describePoints(part: QualityPart): string {
  return part.case === "not-configured" ? "–" : `${part.points} of ${part.weight}`;
}
