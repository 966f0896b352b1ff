/** An issue that a line names. `repository` is `undefined` for the issue's own repository. */
export interface LineReference {
  readonly repository: string | undefined;
  readonly issue: number;
}

/** What one line of a body says about dependencies. */
export type DependencyLine =
  /** `Blocked by #3, #4`. Both lists may have entries; one of them has. */
  | {
      readonly type: "declaration";
      readonly references: readonly LineReference[];
      readonly malformed: readonly string[];
    }
  /** `Depends on:` and nothing more: the lines that follow may be the list. */
  | { readonly type: "heading" }
  /** Words and a number inside a sentence: not counted, but worth a warning. */
  | { readonly type: "mention" };

/** Stands for an inline code span: what is in code is not declared [F25]. */
export const CODE_PLACEHOLDER = "\uFFFC";

/** Cheap test before a body is parsed: emphasis may stand between the words. */
export const DEPENDENCY_WORDS = /blocked[\s*_~-]{0,8}by|depends[\s*_~-]{0,8}on/iu;

/** Bullets, boxes and signs before the words; not `~` (struck out), `#`, quotes or code. */
const LEAD = /^(?:\[[ xX]\]\s|[^\p{L}\p{N}#~"'“”‘’«»([\uFFFC])*/u;
/** Cheap test: then nothing leads. */
const LETTER = /^[A-Za-z]/;
const WORDS = /^(?:blocked[\s_-]*by|depends[\s_-]*on)(?![\p{L}\p{N}])\s*(:?)\s*/iu;
const MENTION = /(?<![\p{L}\p{N}])(?:blocked[\s_-]*by|depends[\s_-]*on)[\s:]*(?:#|GH-)\d/iu;
const SEPARATOR = /^(?:[\s,;&|+([]|(?:and|or)(?![\p{L}\p{N}]))+/iu;
const STRUCK = /^~~[^~]*~~/u;
const NO_DEPENDENCY = /^(?:none|nothing|nobody|no|n\/a|-+|—|_*no response_*)(?![\p{L}\p{N}])/iu;

const NUMBER = String.raw`([1-9]\d{0,8})(?![\w/-])`;
const REPOSITORY = String.raw`([\w.-]{1,100}\/[\w.-]{1,100})`;
const LOCAL = new RegExp(`^(?:#|GH-)${NUMBER}`, "u");
const QUALIFIED = new RegExp(`^${REPOSITORY}#${NUMBER}`, "u");
const ISSUE_URL = new RegExp(
  String.raw`^https?:\/\/[^\s/]{1,200}\/${REPOSITORY}\/(?:issues|pull)\/${NUMBER}(?:[?#][^\s,;)\]]*)?`,
  "u",
);
/** What looks like a reference and is none. */
const ATTEMPT = /^(?:#|GH-|https?:|[\w.-]{1,100}\/[\w.-]{1,100}#)[^\s,;|)\]]*/u;
const BARE_NUMBER = /^-?\d+(?=\s*(?:[,;.]|$))/u;
const BARE_NUMBER_AFTER_COLON = /^-?\d+(?=[\s,;.]|$)/u;

/** Reads one line of text, without markup; `undefined` when it says nothing about dependencies. */
export function parseDependencyLine(line: string, repository: string): DependencyLine | undefined {
  const text = LETTER.test(line) ? line : line.replace(LEAD, "");
  const words = WORDS.exec(text);
  if (words === null) {
    return MENTION.test(text) && !text.startsWith("~~") ? { type: "mention" } : undefined;
  }
  const rest = text.slice(words[0].length);
  if (rest === "") {
    return { type: "heading" };
  }
  const hasColon = words[1] === ":";
  const list = parseReferenceList(rest, repository, hasColon);
  if (list !== undefined) {
    return { type: "declaration", ...list };
  }
  if (NO_DEPENDENCY.test(rest)) {
    return undefined;
  }
  return hasColon || MENTION.test(text) || /#\d/u.test(rest) ? { type: "mention" } : undefined;
}

export interface ReferenceList {
  readonly references: readonly LineReference[];
  readonly malformed: readonly string[];
}

/**
 * Reads `#3, owner/repo#4 and <url> because …` up to the first word that is neither a reference
 * nor between two; `undefined` when the text does not begin with a reference or an attempt at one.
 */
export function parseReferenceList(
  text: string,
  repository: string,
  isDeclared: boolean,
): ReferenceList | undefined {
  const references: LineReference[] = [];
  const malformed: string[] = [];
  let rest = text;
  while (rest !== "") {
    const skipped = SEPARATOR.exec(rest)?.[0] ?? STRUCK.exec(rest)?.[0];
    if (skipped !== undefined) {
      rest = rest.slice(skipped.length);
      continue;
    }
    const token = parseReference(rest, repository);
    if (token !== undefined) {
      references.push(token.reference);
      rest = rest.slice(token.length);
      continue;
    }
    const isFirst = references.length === 0 && malformed.length === 0;
    const attempt = ATTEMPT.exec(rest)?.[0] ?? bareNumber(rest, isDeclared && isFirst);
    if (attempt !== undefined) {
      malformed.push(attempt);
      rest = rest.slice(attempt.length);
    } else if (isFirst || !/^[\])]/u.test(rest)) {
      break;
    } else {
      rest = rest.slice(1);
    }
  }
  return references.length + malformed.length === 0 ? undefined : { references, malformed };
}

function bareNumber(text: string, isAfterColon: boolean): string | undefined {
  return (isAfterColon ? BARE_NUMBER_AFTER_COLON : BARE_NUMBER).exec(text)?.[0];
}

/** Tells whether a link points at an issue or pull request: then the link is the reference. */
export function isIssueUrl(url: string): boolean {
  return ISSUE_URL.test(url);
}

function parseReference(
  text: string,
  repository: string,
): { readonly reference: LineReference; readonly length: number } | undefined {
  const local = LOCAL.exec(text);
  if (local !== null) {
    return {
      reference: { repository: undefined, issue: Number(local[1]) },
      length: local[0].length,
    };
  }
  const qualified = QUALIFIED.exec(text) ?? ISSUE_URL.exec(text);
  if (qualified === null) {
    return undefined;
  }
  const [matched, named = "", number] = qualified;
  const isOurs = named.toLowerCase() === repository.toLowerCase();
  return {
    reference: { repository: isOurs ? undefined : named, issue: Number(number) },
    length: matched.length,
  };
}
