import type { Git } from "./git.ts";

/**
 * Returns the files of a commit by path, as text. Two processes whatever their number; a blob that
 * is not UTF-8 arrives with replacement characters and is refused by whoever parses it.
 */
export async function readTreeFiles(
  git: Git,
  commit: string,
): Promise<ReadonlyMap<string, string>> {
  const listing = await git.run(["ls-tree", "-r", "-z", commit]);
  const entries = listing
    .split("\0")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const match = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line);
      return match?.[1] !== undefined && match[2] !== undefined
        ? [{ object: match[1], path: match[2] }]
        : [];
    });
  const batch = await git.try(
    ["cat-file", "--batch=%(objectname) %(objectsize)"],
    entries.map(({ object }) => `${object}\n`).join(""),
  );
  const files = new Map<string, string>();
  let at = 0;
  for (const { path } of entries) {
    const lineEnd = batch.stdout.indexOf("\n", at);
    const size = Number(batch.stdout.toString("latin1", at, lineEnd).split(" ")[1]);
    if (lineEnd < 0 || !Number.isSafeInteger(size)) {
      throw new Error(`The object of ${path} in ${commit} is missing or cannot be read.`);
    }
    files.set(path, batch.stdout.toString("utf8", lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
  return files;
}
