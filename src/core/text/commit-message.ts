import { inertText } from "./clean-text.ts";

const SUBJECT =
  /^(feat|fix|docs|test|refactor|perf|build|ci|chore|style|revert)(\([\w./-]{1,30}\))?!?: \S.*$/;
const MAX_SUBJECT = 72;

/**
 * Returns a Conventional Commit subject: the proposed one when it is one, else one made of the
 * issue's title [E08b]. Both are untrusted: one line, nothing in it acts.
 */
export function formatSubject(proposed: string | undefined, issueTitle: string): string {
  const candidate = oneLine(proposed ?? "");
  const title = oneLine(issueTitle);
  const subject = SUBJECT.test(candidate)
    ? candidate
    : `feat: ${title === "" ? "resolve the issue" : title}`;
  const characters = Array.from(subject);
  return characters.length <= MAX_SUBJECT
    ? subject
    : `${characters
        .slice(0, MAX_SUBJECT - 1)
        .join("")
        .trimEnd()}…`;
}

/** The delivered commit's message. `Refs` closes nothing; only the pull request closes [C16]. */
export function formatCommitMessage(subject: string, issue: number): string {
  return `${subject}\n\nRefs #${issue}\n`;
}

/** `[skip ci]` in a commit's subject would keep the checks from starting [F85]. */
const SKIP = /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/gi;

function oneLine(text: string): string {
  return inertText(text).replace(/\s+/g, " ").replace(SKIP, "($1)").trim();
}
