import { ISSUE_STATES, type IssueState } from "../journal/issue-state.ts";
import { formatEstimate, isEstimateLabel, parseEstimate } from "./estimate.ts";

/** 0 is the most urgent, 3 the least. */
export type PriorityClass = 0 | 1 | 2 | 3;

const PRIORITY_CLASSES: readonly PriorityClass[] = [0, 1, 2, 3];
const PRIORITY_NAMES = ["P0-Critical", "P1-High", "P2-Medium", "P3-Low"] as const;

/** The class of an issue without a priority label [C1]. */
export const DEFAULT_PRIORITY: PriorityClass = 2;

/** What one label says to the planner. A label that says nothing has no meaning (`undefined`). */
export type LabelMeaning =
  | { readonly type: "priority"; readonly priority: PriorityClass }
  | { readonly type: "blocked-by"; readonly issue: number }
  | { readonly type: "estimate"; readonly minutes: number }
  | { readonly type: "state"; readonly state: IssueState }
  | { readonly type: "hotfix" }
  /** What kind of work it is: estimates are learned per kind [W08]. */
  | { readonly type: "kind"; readonly name: string }
  /** Wants to be one of ours and is not: never ignored in silence [F24]. */
  | { readonly type: "malformed"; readonly as: "blocked-by" | "estimate" };

/**
 * The tolerant form of C12: start, colon or space, then P0-P3, then hyphen or end. It reads
 * `P0-Critical`, `priority:P1-High` and `🔥 P2-Medium`, and not `MP3-player` or `P10`.
 */
const PRIORITY = /(?:^|[:\s])P([0-3])(?:-|$)/u;
const BLOCKED_BY = "blocked-by:#";
const MAX_DIGITS = 9;
/** A colon or a number after the words shows that a dependency was meant. */
const BLOCKED_BY_ATTEMPT = /^(?:blocked|depends)[\s_-]*(?:by|on)[\s_]*(?::|[#-]?\d)/iu;
const STATE = /^(?:[^\p{L}\p{N}]+\s)?state:([a-z]+)$/u;
const KIND = /^(?:[^\p{L}\p{N}]+\s)?type:([a-z0-9][a-z0-9-]{0,39})$/u;
/** The labels for kinds of work that GitHub gives every new repository. */
const GITHUB_KINDS: readonly string[] = ["bug", "documentation", "enhancement"];

/** Names of other systems for our states [C11]. */
const STATE_ALIASES: Readonly<Record<string, IssueState>> = {
  implementing: "running",
  analyzing: "queued",
  done: "completed",
  paused: "blocked",
};

/** Reads one label; what `formatLabel` writes today, this must read as long as such labels exist. */
export function parseLabel(label: string): LabelMeaning | undefined {
  if (label === "hotfix") {
    return { type: "hotfix" };
  }
  return (
    parseBlockedByLabel(label) ??
    parseEstimateLabel(label) ??
    parsePriorityLabel(label) ??
    parseStateLabel(label) ??
    parseKindLabel(label)
  );
}

/** Whether a label is one of our `state:*` labels; a `state:` of somebody else's is left alone. */
export function isStateLabel(label: string): boolean {
  return parseLabel(label.toLowerCase())?.type === "state";
}

/** Writes the label that `parseLabel` reads back; a malformed meaning has none. */
export function formatLabel(
  meaning: Exclude<LabelMeaning, { readonly type: "malformed" }>,
): string {
  switch (meaning.type) {
    case "priority":
      return PRIORITY_NAMES[meaning.priority];
    case "blocked-by":
      return `blocked-by:#${meaning.issue}`;
    case "estimate":
      return formatEstimate(meaning.minutes);
    case "state":
      return `state:${meaning.state}`;
    case "hotfix":
      return "hotfix";
    case "kind":
      return GITHUB_KINDS.includes(meaning.name) ? meaning.name : `type:${meaning.name}`;
  }
}

/** Reads `blocked-by:#12`. Such labels differ from issue to issue, so each one costs its reading. */
export function parseBlocker(label: string): number | undefined {
  const digits = label.length - BLOCKED_BY.length;
  // The last sign of the prefix is in few other labels, and looked at first.
  const isLike = digits >= 1 && digits <= MAX_DIGITS && label[BLOCKED_BY.length - 1] === "#";
  if (!isLike || !label.startsWith(BLOCKED_BY)) {
    return undefined;
  }
  let issue = 0;
  for (let index = BLOCKED_BY.length; index < label.length; index += 1) {
    const digit = label.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9 || (digit === 0 && issue === 0)) {
      return undefined;
    }
    issue = issue * 10 + digit;
  }
  return issue;
}

function parseBlockedByLabel(label: string): LabelMeaning | undefined {
  const issue = parseBlocker(label);
  if (issue !== undefined) {
    return { type: "blocked-by", issue };
  }
  return BLOCKED_BY_ATTEMPT.test(label) ? { type: "malformed", as: "blocked-by" } : undefined;
}

function parseEstimateLabel(label: string): LabelMeaning | undefined {
  if (!isEstimateLabel(label)) {
    return undefined;
  }
  const minutes = parseEstimate(label);
  return minutes === undefined
    ? { type: "malformed", as: "estimate" }
    : { type: "estimate", minutes };
}

function parsePriorityLabel(label: string): LabelMeaning | undefined {
  const priority = PRIORITY_CLASSES[Number(PRIORITY.exec(label)?.[1] ?? -1)];
  return priority === undefined ? undefined : { type: "priority", priority };
}

function parseStateLabel(label: string): LabelMeaning | undefined {
  const name = STATE.exec(label)?.[1];
  if (name === undefined) {
    return undefined;
  }
  const state = ISSUE_STATES.find((known) => known === name) ?? aliasedState(name);
  return state === undefined ? undefined : { type: "state", state };
}

function aliasedState(name: string): IssueState | undefined {
  return Object.hasOwn(STATE_ALIASES, name) ? STATE_ALIASES[name] : undefined;
}

function parseKindLabel(label: string): LabelMeaning | undefined {
  const name = GITHUB_KINDS.includes(label) ? label : KIND.exec(label)?.[1];
  return name === undefined ? undefined : { type: "kind", name };
}
