import { randomUUID } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, renameSync, type BigIntStats } from "node:fs";
import { join } from "node:path";

import type { NameTree } from "./name-tree.ts";
import { markOf, type RecordedDirectory } from "./tree-record.ts";

/**
 * Moves what nobody has touched since it was recorded from one directory into another, new one;
 * everything else stays behind or goes to `trash`. So nothing has to be recognised as a leftover:
 * a changed, linked, added or hidden file does not come along. Returns the names of what did.
 */
export function salvageTree(
  from: string,
  to: string,
  recorded: RecordedDirectory,
  trash: string,
): NameTree {
  mkdirSync(trash, { recursive: true });
  if (tryStat(from)?.isDirectory() !== true) {
    return { files: [], directories: new Map() };
  }
  // It may have been closed for its owner.
  chmodSync(from, 0o700);
  return moveUntouched(from, to, recorded, trash);
}

function moveUntouched(
  from: string,
  to: string,
  recorded: RecordedDirectory,
  trash: string,
): NameTree {
  const files: string[] = [];
  const directories = new Map<string, NameTree>();
  for (const [name, mark] of recorded.files) {
    const path = join(from, name);
    if (tryMark(path) === mark) {
      renameSync(path, join(to, name));
      files.push(name);
    }
  }
  for (const [name, inner] of recorded.directories) {
    const path = join(from, name);
    const kept = clean(path, inner, trash);
    if (kept !== undefined) {
      renameSync(path, join(to, name));
      directories.set(name, kept);
    }
  }
  return { files, directories };
}

/** Leaves a directory with what is untouched in it; `undefined` when there is no directory. */
function clean(path: string, recorded: RecordedDirectory, trash: string): NameTree | undefined {
  const stats = tryStat(path);
  if (stats === undefined || !stats.isDirectory()) {
    return undefined;
  }
  if (markOf(stats) !== recorded.mark) {
    return rebuild(path, recorded, trash);
  }
  // Nothing came, went or was renamed in here: only what is recorded can be there.
  const files: string[] = [];
  const directories = new Map<string, NameTree>();
  for (const [name, mark] of recorded.files) {
    if (tryMark(join(path, name)) === mark) {
      files.push(name);
    } else {
      renameSync(join(path, name), join(trash, randomUUID()));
    }
  }
  for (const [name, inner] of recorded.directories) {
    const kept = clean(join(path, name), inner, trash);
    if (kept !== undefined) {
      directories.set(name, kept);
    }
  }
  return { files, directories };
}

/** Puts a new directory in the place of one that was touched. */
function rebuild(path: string, recorded: RecordedDirectory, trash: string): NameTree {
  const fresh = join(trash, randomUUID());
  mkdirSync(fresh);
  // It may have been closed for its owner, who could then neither look into it nor move it.
  chmodSync(path, 0o700);
  const kept = moveUntouched(path, fresh, recorded, trash);
  renameSync(path, join(trash, randomUUID()));
  renameSync(fresh, path);
  return kept;
}

function tryMark(path: string): string | undefined {
  const stats = tryStat(path);
  return stats === undefined || stats.isDirectory() ? undefined : markOf(stats);
}

function tryStat(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}
