import { type BareRepository } from "./bare-repository.ts";
import { git } from "./run-git.ts";

/** One file of a pull request's diff. */
export interface ChangedFile {
  readonly path: string;
  /** Where a renamed file was before. */
  readonly previousPath: string | undefined;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
}

/** The files that `head` changes since it left `base`, as a pull request shows them. */
export async function readChangedFiles(
  repository: BareRepository,
  base: string,
  head: string,
): Promise<ChangedFile[]> {
  const range = `${base}...${head}`;
  const diff = (format: string): Promise<string> =>
    git(repository.directory, ["diff", format, "-z", "-M", "--no-abbrev", range]);
  const counts = parseCounts(await diff("--numstat"));
  return parseRaw(await diff("--raw")).map((file) => ({
    ...file,
    ...(counts.get(file.path) ?? { additions: 0, deletions: 0 }),
  }));
}

function parseRaw(text: string): Omit<ChangedFile, "additions" | "deletions">[] {
  const fields = text.split("\0");
  const files: Omit<ChangedFile, "additions" | "deletions">[] = [];
  for (let at = 0; at + 1 < fields.length;) {
    const [, , , sha = "", letters = ""] = (fields[at] ?? "").split(" ");
    const first = fields[at + 1] ?? "";
    const renamed = letters.startsWith("R");
    const path = renamed ? (fields[at + 2] ?? "") : first;
    const previousPath = renamed ? first : undefined;
    files.push({ path, previousPath, status: STATUS[letters.charAt(0)] ?? "changed", sha });
    at += renamed ? 3 : 2;
  }
  return files;
}

const STATUS: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
};

function parseCounts(text: string): Map<string, { additions: number; deletions: number }> {
  const fields = text.split("\0");
  const counts = new Map<string, { additions: number; deletions: number }>();
  for (let at = 0; at < fields.length; at += 1) {
    const [added = "", deleted = "", path = ""] = (fields[at] ?? "").split("\t");
    if (added === "") {
      continue;
    }
    // A rename leaves the path empty here and names both sides in the next two fields.
    const name = path === "" ? (fields[at + 2] ?? "") : path;
    counts.set(name, { additions: Number(added) || 0, deletions: Number(deleted) || 0 });
    at += path === "" ? 2 : 0;
  }
  return counts;
}
