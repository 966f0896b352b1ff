import { formatMinutes } from "../text/estimate.ts";
import { EMPTY_BODY, type IssueBody } from "../text/issue-body.ts";
import type { LabelReading } from "../text/label-reading.ts";
import type { PriorityClass } from "../text/labels.ts";
import { quoteText } from "../text/untrusted.ts";

/** Something about an issue that a person may want to put right. It holds nothing up. */
export type Warning =
  | { readonly type: "several-priorities"; readonly used: PriorityClass }
  | { readonly type: "several-estimates"; readonly usedMinutes: number }
  | { readonly type: "malformed-estimate"; readonly label: string }
  | { readonly type: "undeclared-dependency"; readonly line: number }
  | { readonly type: "malformed-path"; readonly line: number; readonly path: string };

export interface IssueWarning {
  readonly issue: number;
  readonly warning: Warning;
}

/** At most so many per issue and kind. */
const MAX_SAME = 5;

/** Lists what the labels and the body of one issue say unclearly. */
export function listWarnings(labels: LabelReading, body: IssueBody): readonly Warning[] {
  if (body === EMPTY_BODY && isPlain(labels)) {
    return NO_WARNINGS;
  }
  const warnings: Warning[] = [];
  if (labels.hasSeveralPriorities && labels.priority !== undefined) {
    warnings.push({ type: "several-priorities", used: labels.priority });
  }
  if (labels.hasSeveralEstimates && labels.estimateMinutes !== undefined) {
    warnings.push({ type: "several-estimates", usedMinutes: labels.estimateMinutes });
  }
  for (const label of labels.malformedEstimates.slice(0, MAX_SAME)) {
    warnings.push({ type: "malformed-estimate", label });
  }
  for (const line of body.mentions.slice(0, MAX_SAME)) {
    warnings.push({ type: "undeclared-dependency", line });
  }
  for (const { line, text } of body.malformedPaths.slice(0, MAX_SAME)) {
    warnings.push({ type: "malformed-path", line, path: text });
  }
  return warnings;
}

const NO_WARNINGS: readonly never[] = [];

function isPlain(labels: LabelReading): boolean {
  const { hasSeveralPriorities, hasSeveralEstimates, malformedEstimates } = labels;
  return !hasSeveralPriorities && !hasSeveralEstimates && malformedEstimates.length === 0;
}

/** One sentence for people. */
export function formatWarning(warning: Warning): string {
  switch (warning.type) {
    case "several-priorities":
      return `It has several priority labels; P${warning.used} counts.`;
    case "several-estimates":
      return `It has several estimates; ${formatMinutes(warning.usedMinutes)} counts.`;
    case "malformed-estimate":
      return `The label ${quoteText(warning.label)} is no estimate such as \`estimated:2h\` or \`estimated:30m\`.`;
    case "undeclared-dependency":
      return `Line ${warning.line} speaks of a dependency without declaring one; begin the line with \`Blocked by #n\` if it is meant.`;
    case "malformed-path":
      return `${quoteText(warning.path)} in line ${warning.line} is no path inside the repository.`;
  }
}
