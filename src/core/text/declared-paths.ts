/** More than this says nothing about where the work will be. */
const MAX_PATHS = 100;
const MAX_PATH_CHARACTERS = 200;

const PATHS_LINE = /^[ \t]*(?:[-*+][ \t]+)?\**paths\**:\**[ \t]*(.*)$/i;
const PATH = /^[\w.@+~*?[\]{}$()!-][\w./@+~*?[\]{}$()!-]*$/;

export interface DeclaredPaths {
  /** Sorted, each once. A folder is written `src/b/` or `src/b/**`. */
  readonly paths: readonly string[];
  /** Entries that are no path inside the repository. */
  readonly malformed: readonly string[];
}

/**
 * Reads a line such as `Paths: src/a.ts, src/b/**`, in which the author of an issue says which
 * files the work will touch; `undefined` for any other line. Backticks around a path are allowed.
 */
export function parsePathsLine(line: string): DeclaredPaths | undefined {
  const list = PATHS_LINE.exec(line)?.[1];
  if (list === undefined) {
    return undefined;
  }
  const entries = list
    .split(/[,;\s]+/u)
    .map((entry) => entry.replaceAll("`", ""))
    .filter((entry) => entry !== "");
  return {
    paths: [...new Set(entries.filter(isRepositoryPath))].toSorted().slice(0, MAX_PATHS),
    malformed: entries.filter((entry) => !isRepositoryPath(entry)),
  };
}

function isRepositoryPath(entry: string): boolean {
  return (
    entry.length <= MAX_PATH_CHARACTERS &&
    PATH.test(entry) &&
    !entry.split("/").some((segment) => segment === "..") &&
    !entry.includes("//")
  );
}

/** Tells whether some file could match a pattern of each list. Errs on the side of yes. */
export function pathsOverlap(left: readonly string[], right: readonly string[]): boolean {
  return left.some((a) => right.some((b) => patternsOverlap(a, b)));
}

/**
 * Compares two patterns folder by folder. A path without wildcards also stands for all below it,
 * and case does not count, because it does not on most Macs.
 */
function patternsOverlap(left: string, right: string): boolean {
  return segmentsMeet(segments(left), segments(right), "**", segmentsOverlap);
}

function segments(pattern: string): readonly string[] {
  const parts = pattern
    .toLowerCase()
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  return parts.at(-1) === "**" ? parts : [...parts, "**"];
}

/** Brackets and braces are read as `*`: too wide is a wait, too narrow is a conflict. */
function segmentsOverlap(left: string, right: string): boolean {
  return left === right || segmentsMeet(characters(left), characters(right), "*", charactersMeet);
}

function characters(segment: string): readonly string[] {
  return Array.from(segment.replaceAll(/\[[^\]]*\]?|\{[^}]*\}?|[!(][^)]*\)?|\*+/gu, "*"));
}

function charactersMeet(left: string, right: string): boolean {
  return left === right || left === "?" || right === "?";
}

/**
 * Tells whether two sequences can be made equal, where `wild` stands for any number of elements.
 * Dynamic programming over both: `row[j]` says that the rest of `left` and of `right` from `j` meet.
 */
function segmentsMeet(
  left: readonly string[],
  right: readonly string[],
  wild: string,
  meets: (a: string, b: string) => boolean,
): boolean {
  let below: boolean[] = right.map((_, j) => right.slice(j).every((part) => part === wild));
  below.push(true);
  for (const a of left.toReversed()) {
    const row: boolean[] = Array.from({ length: right.length + 1 }, () => false);
    row[right.length] = a === wild && below[right.length] === true;
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const b = right[j] ?? "";
      const skipsLeft = a === wild && below[j] === true;
      const skipsRight = b === wild && row[j + 1] === true;
      const takesRight = a === wild && row[j + 1] === true;
      const takesLeft = b === wild && below[j] === true;
      const together = below[j + 1] === true && a !== wild && b !== wild && meets(a, b);
      row[j] = skipsLeft || skipsRight || takesRight || takesLeft || together;
    }
    below = row;
  }
  return below[0] === true;
}
