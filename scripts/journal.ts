import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

import { parseEvent } from "../src/core/text/journal-event.ts";
import { issuePath } from "../src/core/text/journal-tree.ts";
import { TreeFold } from "../src/core/text/tree-fold.ts";
import { checkCommits } from "./journal/check-commits.ts";
import { readJournalCommits } from "./journal/journal-commits.ts";

const USAGE = `Usage: npm run journal -- show ISSUE | check   [--repo DIRECTORY] [--ref REF]

  show ISSUE   the story of one issue: each event that changed its record, and the record now
  check        that the tree of every event is the fold of all events up to it
  --repo       a clone whose remote 'origin' has the journal, or a bare repository (default: .)
  --ref        where the journal lies (default: refs/water-spider/journal)`;

const MAX_SHOWN = 20;

/** Ends with exit code 2: something that the person who typed the command can put right. */
function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

interface Repository {
  readonly directory: string;
  readonly tip: string;
}

function git(directory: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", directory, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function tryGit(directory: string, ...args: readonly string[]): string | undefined {
  try {
    return git(directory, ...args);
  } catch {
    return undefined;
  }
}

/** The journal of a bare repository itself, or of the remote of a clone, fetched whole. */
function openJournal(directory: string, ref: string): Repository {
  const own = tryGit(directory, "rev-parse", "--verify", "--quiet", ref)?.trim();
  if (own !== undefined) {
    return { directory, tip: own };
  }
  if (tryGit(directory, "fetch", "--quiet", "origin", ref) === undefined) {
    refuse(`There is no journal ${ref} in ${directory}, nor at its remote 'origin'.`);
  }
  return { directory, tip: git(directory, "rev-parse", "FETCH_HEAD").trim() };
}

async function show({ directory, tip }: Repository, issue: number): Promise<void> {
  const fold = new TreeFold();
  for await (const { sha, message } of readJournalCommits(directory, tip)) {
    const event = parseEvent(message);
    if ("error" in event) {
      refuse(`The event ${sha} cannot be read: ${event.error}`);
    }
    const before = fold.state.issues.get(issue);
    fold.add(event);
    if (fold.state.issues.get(issue) !== before) {
      const [subject = ""] = message.split("\n");
      console.log(`${event.stamp.at}  ${sha.slice(0, 8)}  run ${event.stamp.runId}  ${subject}`);
    }
  }
  const record = fold.state.issues.get(issue);
  console.log(
    record === undefined
      ? `The journal says nothing of #${issue}.`
      : `\n${issuePath(issue)}\n${JSON.stringify(record, undefined, 2)}`,
  );
}

async function check({ directory, tip }: Repository): Promise<void> {
  const { events, issues, differences } = await checkCommits(readJournalCommits(directory, tip));
  for (const difference of differences.slice(0, MAX_SHOWN)) {
    console.log(difference);
  }
  if (differences.length > MAX_SHOWN) {
    console.log(`... and ${differences.length - MAX_SHOWN} more.`);
  }
  console.log(`${events} events, ${issues} issues, ${differences.length} differences.`);
  process.exitCode = differences.length > 0 ? 1 : 0;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { repo: { type: "string" }, ref: { type: "string" }, help: { type: "boolean" } },
});
const [verb, number] = positionals;
const ref = typeof values["ref"] === "string" ? values["ref"] : "refs/water-spider/journal";
const directory = typeof values["repo"] === "string" ? values["repo"] : ".";
if (verb === "show" && /^[1-9]\d{0,9}$/.test(number ?? "")) {
  await show(openJournal(directory, ref), Number(number));
} else if (verb === "check" && number === undefined) {
  await check(openJournal(directory, ref));
} else {
  refuse(USAGE);
}
