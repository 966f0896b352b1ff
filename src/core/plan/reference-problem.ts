import { quoteText } from "../text/untrusted.ts";
import type { EdgeOrigin } from "./edge-origin.ts";

/** Why an edge cannot be verified. It blocks: the planner fails closed [N07, F24]. */
export type ReferenceProblem =
  | {
      readonly type: "malformed";
      readonly origin: EdgeOrigin;
      /** Line of the body, from 1; `undefined` for a label. */
      readonly line: number | undefined;
      readonly text: string;
    }
  /** No such issue: deleted, transferred, never there, or a pull request. */
  | { readonly type: "unresolvable"; readonly line: number | undefined; readonly issue: number }
  | {
      readonly type: "cross-repository";
      readonly line: number | undefined;
      readonly repository: string;
      readonly issue: number;
    }
  | { readonly type: "unreadable"; readonly line: number | undefined; readonly issue: number }
  /** GitHub counts more than it shows to our token [F41]. */
  | { readonly type: "invisible"; readonly what: "blockers" | "sub-issues"; readonly count: number }
  | { readonly type: "body-unread"; readonly why: "too-long" | "too-intricate" };

/** A clause that names the reference and its place. */
export function formatReferenceProblem(problem: ReferenceProblem): string {
  switch (problem.type) {
    case "malformed":
      return problem.line === undefined
        ? `the label ${quoteText(problem.text)} is not \`blocked-by:#n\``
        : `${quoteText(problem.text)} in line ${problem.line} is no issue number such as \`#12\``;
    case "unresolvable":
      return `#${problem.issue}${inLine(problem.line)} is no issue of this repository`;
    case "cross-repository":
      return `${quoteText(`${problem.repository}#${problem.issue}`)}${inLine(problem.line)} is in another repository`;
    case "unreadable":
      return `#${problem.issue}${inLine(problem.line)} cannot be read`;
    case "invisible":
      return `GitHub counts ${problem.count} more ${problem.what} than it shows us`;
    case "body-unread":
      return problem.why === "too-long"
        ? "the body is too long to be read"
        : "the body is too intricate to be read";
  }
}

function inLine(line: number | undefined): string {
  return line === undefined ? "" : ` in line ${line}`;
}

/** Each once, by their text: GitHub's lists have no order, and a new order is no new problem. */
export function inOneOrder(problems: readonly ReferenceProblem[]): readonly ReferenceProblem[] {
  const byText = new Map(problems.map((problem) => [formatReferenceProblem(problem), problem]));
  return [...byText]
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, problem]) => problem);
}
