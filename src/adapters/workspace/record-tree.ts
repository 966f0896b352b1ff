import { lstatSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { NameTree } from "./name-tree.ts";
import { markOf, type RecordedDirectory } from "./tree-record.ts";

/** Some file systems count time in whole seconds. */
const MAX_CLOCK_TRIES = 1_500;
const CLOCK_POLL_MS = 2;

/** Tells the time of a file system, in nanoseconds, as it dates a change at a place in it. */
export type FileSystemClock = (place: string) => bigint;

/**
 * Records a tree that holds exactly these names; `undefined` when anything is missing or too much,
 * so that a record never vouches for what we did not write. Ends when the file system's clock has
 * passed the last change: whatever is changed afterwards has a later time.
 */
export async function recordTree(
  root: string,
  names: NameTree,
  ignoredAtRoot: readonly string[],
  readClock: FileSystemClock = touchBeside,
): Promise<RecordedDirectory | undefined> {
  const recorder = new Recorder();
  const recorded = recorder.record(root, names, new Set(ignoredAtRoot));
  for (let count = 0; count < MAX_CLOCK_TRIES; count += 1) {
    if (readClock(root) > recorder.latestNs) {
      return recorded;
    }
    await sleep(CLOCK_POLL_MS);
  }
  return undefined;
}

function touchBeside(place: string): bigint {
  const probe = `${place}.clock`;
  rmSync(probe, { recursive: true, force: true });
  try {
    writeFileSync(probe, "", { flag: "wx" });
    return lstatSync(probe, { bigint: true }).ctimeNs;
  } finally {
    rmSync(probe, { force: true });
  }
}

class Recorder {
  latestNs = 0n;

  record(
    path: string,
    names: NameTree,
    ignored: ReadonlySet<string> = new Set(),
  ): RecordedDirectory | undefined {
    const present = readdirSync(path).filter((name) => !ignored.has(name));
    if (present.length !== names.files.length + names.directories.size) {
      return undefined;
    }
    const files: (readonly [string, string])[] = [];
    for (const name of names.files) {
      const mark = this.#mark(join(path, name), false);
      if (mark === undefined) {
        return undefined;
      }
      files.push([name, mark]);
    }
    const directories: (readonly [string, RecordedDirectory])[] = [];
    for (const [name, inner] of names.directories) {
      const recorded = this.record(join(path, name), inner);
      if (recorded === undefined) {
        return undefined;
      }
      directories.push([name, recorded]);
    }
    const mark = this.#mark(path, true);
    return mark === undefined ? undefined : { mark, files, directories };
  }

  #mark(path: string, isDirectory: boolean): string | undefined {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory() !== isDirectory) {
      return undefined;
    }
    if (stats.ctimeNs > this.latestNs) {
      this.latestNs = stats.ctimeNs;
    }
    return markOf(stats);
  }
}
