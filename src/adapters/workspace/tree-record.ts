import type { BigIntStats } from "node:fs";

/** A directory as it was when we had written it, with all that is in it. */
export interface RecordedDirectory {
  readonly mark: string;
  /** Names and marks of what is no directory. */
  readonly files: readonly (readonly [string, string])[];
  readonly directories: readonly (readonly [string, RecordedDirectory])[];
}

/** A checkout of ours, as it was before anybody else could write to it (docs/adr/0008). */
export interface TreeRecord {
  /** Name of its directory among the worktrees of this runner. */
  readonly place: string;
  /** What besides blobs decides how files look: attributes, and the part that is checked out. */
  readonly rules: string;
  readonly root: RecordedDirectory;
}

/**
 * What changes when anybody touches a file or directory: no process can set the time of the last
 * change of an inode, so contents, permissions, links and attributes cannot change without it.
 */
export function markOf({ ino, ctimeNs, mode }: BigIntStats): string {
  return `${ino}:${ctimeNs}:${mode}`;
}

const HEAD = "water-spider tree 1";
const FILE = "f";
const OPEN = "d";
const CLOSE = "u";
/** Comes last, so that half a record is none. */
const END = "end";

/** Writes a record as text: fields that end in NUL, which no name can hold. */
export function formatTreeRecord({ place, rules, root }: TreeRecord): string {
  const fields = [HEAD, place, rules, root.mark];
  const write = ({ files, directories }: RecordedDirectory): void => {
    for (const [name, mark] of files) {
      fields.push(FILE, name, mark);
    }
    for (const [name, directory] of directories) {
      fields.push(OPEN, name, directory.mark);
      write(directory);
      fields.push(CLOSE);
    }
  };
  write(root);
  return [...fields, END].join("\0");
}

/** Reads what `formatTreeRecord` wrote; `undefined` for anything else, for example half of it. */
export function parseTreeRecord(text: string): TreeRecord | undefined {
  const fields = text.split("\0");
  const [head, place = "", rules = "", mark = ""] = fields;
  if (head !== HEAD || !isName(place) || fields.pop() !== END) {
    return undefined;
  }
  let at = 4;
  let isValid = true;
  const read = (own: string, depth: number): RecordedDirectory => {
    const files: (readonly [string, string])[] = [];
    const directories: (readonly [string, RecordedDirectory])[] = [];
    while (isValid && at < fields.length) {
      const [kind, name = "", its = ""] = fields.slice(at, at + 3);
      if (kind === CLOSE && depth > 0) {
        at += 1;
        return { mark: own, files, directories };
      }
      at += 3;
      isValid = isName(name) && (kind === FILE || kind === OPEN);
      if (kind === FILE) {
        files.push([name, its]);
      } else if (isValid) {
        directories.push([name, read(its, depth + 1)]);
      }
    }
    isValid = isValid && depth === 0;
    return { mark: own, files, directories };
  };
  const root = read(mark, 0);
  return isValid ? { place, rules, root } : undefined;
}

function isName(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && !text.includes("/");
}
