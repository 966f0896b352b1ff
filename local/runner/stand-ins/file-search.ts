import { readdirSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

import picomatch from "picomatch";

export interface SearchResult {
  /** Absolute. */
  readonly files: readonly string[];
  /** The deepest directory that holds everything searched; stored paths are relative to it. */
  readonly root: string;
}

/**
 * Finds files as upload-artifact does: one path or pattern per line, directories with all they
 * hold, `!` excludes.
 */
export function searchFiles(lines: string, base: string, hidden: boolean): SearchResult {
  const patterns = lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const excluded = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) => picomatch(absolute(pattern.slice(1), base), { dot: true }));
  const searched = patterns
    .filter((pattern) => !pattern.startsWith("!"))
    .map((pattern) => searchOne(absolute(pattern, base), hidden));
  const files = [...new Set(searched.flatMap((result) => result.files))].filter(
    (file) => !excluded.some((matches) => matches(file)),
  );
  return { files: files.toSorted(), root: commonDirectory(searched.map((result) => result.root)) };
}

function absolute(pattern: string, base: string): string {
  return isAbsolute(pattern) ? resolve(pattern) : resolve(join(base, pattern));
}

function searchOne(pattern: string, hidden: boolean): SearchResult {
  const { base, isGlob } = picomatch.scan(pattern);
  if (!isGlob) {
    const kind = statSync(pattern, { throwIfNoEntry: false });
    if (kind?.isDirectory() === true) {
      return { files: listFiles(pattern, hidden), root: pattern };
    }
    return { files: kind === undefined ? [] : [pattern], root: dirname(pattern) };
  }
  const matches = picomatch(pattern, { dot: hidden });
  return { files: listFiles(base, hidden).filter((file) => matches(file)), root: base };
}

/** Lists the files below a directory, hidden ones only when asked. */
export function listFiles(directory: string, hidden: boolean): readonly string[] {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return [];
  }
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => hidden || !entry.name.startsWith("."))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? listFiles(path, hidden) : [path];
    });
}

function commonDirectory(directories: readonly string[]): string {
  const [first = sep, ...others] = directories;
  let common = first;
  for (const other of others) {
    while (relative(common, other).startsWith("..")) {
      common = dirname(common);
    }
  }
  return common;
}
