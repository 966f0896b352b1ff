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
