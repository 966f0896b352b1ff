import type { JournalState } from "../../src/core/journal/records.ts";
import { joinTree, parseTreeFile } from "../../src/core/text/journal-tree.ts";

/** Reads a tree of the journal: its texts by path. */
export function parseTree(
  files: ReadonlyMap<string, string>,
): JournalState | { readonly error: string } {
  return joinTree(Array.from(files, ([path, text]) => parseTreeFile(path, text)));
}

/** Puts what a commit changes over the files of a tree; a file without a text leaves it. */
export function writeFiles(
  files: Map<string, string>,
  changes: ReadonlyMap<string, string | undefined>,
): Map<string, string> {
  for (const [path, text] of changes) {
    if (text === undefined) {
      files.delete(path);
    } else {
      files.set(path, text);
    }
  }
  return files;
}
