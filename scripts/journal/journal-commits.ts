import { spawn } from "node:child_process";
import { once } from "node:events";

/** A file that a commit changed against the commit before it. */
export interface CommittedFile {
  readonly path: string;
  /** `100644` for a file of ours. */
  readonly mode: string;
  /** `undefined` = the commit removed it. */
  readonly object: string | undefined;
}

export interface JournalCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly files: readonly CommittedFile[];
}

const SHOW_ROOT = ["-c", "log.showRoot=true"] as const;
const LOG = ["log", "--reverse", "--raw", "-r", "-z", "--no-abbrev", "--no-renames"] as const;
const FORMAT = "--format=%H%x00%P%x00%B%x00";

/** Reads every commit up to a tip, oldest first, and keeps none: one process, however many there are. */
export async function* readJournalCommits(
  directory: string,
  tip: string,
): AsyncGenerator<JournalCommit> {
  const fields = readFields(["-C", directory, ...SHOW_ROOT, ...LOG, FORMAT, tip]);
  let sha = (await fields.next()).value;
  while (sha !== undefined) {
    const parents = (await fields.next()).value ?? "";
    const message = (await fields.next()).value ?? "";
    // The format's own end, where git would put a line break.
    await fields.next();
    const files: CommittedFile[] = [];
    let next = (await fields.next()).value;
    while (next?.trimStart().startsWith(":") === true) {
      const [, mode = "", , object = ""] = next.trimStart().split(" ");
      const path = (await fields.next()).value ?? "";
      files.push({ path, mode, object: mode === "000000" ? undefined : object });
      next = (await fields.next()).value;
    }
    yield { sha, parents: parents === "" ? [] : parents.split(" "), message, files };
    sha = next;
  }
}

/** What git says, cut at its NUL bytes. */
async function* readFields(args: readonly string[]): AsyncGenerator<string, undefined> {
  const child = spawn("git", args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    complaint += chunk;
  });
  let rest = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    const fields = `${rest}${chunk}`.split("\0");
    rest = fields.pop() ?? "";
    yield* fields;
  }
  const [code] = await ended;
  if (code !== 0) {
    throw new Error(`git log failed: ${complaint.trim()}`);
  }
  return undefined;
}
