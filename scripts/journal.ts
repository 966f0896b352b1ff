import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

import type { JournalEvent } from "../src/core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../src/core/journal/fold.ts";
import type { JournalState } from "../src/core/journal/records.ts";
import { parseEvent } from "../src/core/text/journal-event.ts";
import { formatTreeChanges, issuePath } from "../src/core/text/journal-tree.ts";

const USAGE = `Usage: npm run journal -- show ISSUE | check   [--repo DIRECTORY] [--ref REF]

  show ISSUE   the story of one issue: each event that changed its record, and the record now
  check        that the tree of every event is the fold of all events up to it
  --repo       a clone whose remote 'origin' has the journal, or a bare repository (default: .)
  --ref        where the journal lies (default: refs/water-spider/journal)`;

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
    maxBuffer: 1024 ** 3,
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

interface Entry {
  readonly commit: string;
  readonly event: JournalEvent;
}

/** Every event, oldest first. Ends the program at the first that cannot be read. */
function readEvents({ directory, tip }: Repository): readonly Entry[] {
  const log = git(directory, "log", "--reverse", "--format=%H%x00%B%x00%x00", tip);
  return log
    .split("\0\0\n")
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const [commit = "", message = ""] = text.split("\0");
      const event = parseEvent(message);
      if ("error" in event) {
        refuse(`The event ${commit} cannot be read: ${event.error}`);
      }
      return { commit, event };
    });
}

function show(repository: Repository, issue: number): void {
  let state = EMPTY_JOURNAL;
  for (const { commit, event } of readEvents(repository)) {
    const after = applyEvent(state, event);
    if (after.issues.get(issue) !== state.issues.get(issue)) {
      const subject = git(repository.directory, "log", "-1", "--format=%s", commit).trim();
      console.log(`${event.stamp.at}  ${commit.slice(0, 8)}  run ${event.stamp.runId}  ${subject}`);
    }
    state = after;
  }
  const record = state.issues.get(issue);
  console.log(
    record === undefined
      ? `The journal says nothing of #${issue}.`
      : `\n${issuePath(issue)}\n${JSON.stringify(record, undefined, 2)}`,
  );
}

/** Compares every file of the tip with the fold, byte for byte. Returns what differs. */
function differences(repository: Repository, state: JournalState): readonly string[] {
  const expected = formatTreeChanges(EMPTY_JOURNAL, state);
  const paths = git(repository.directory, "ls-tree", "-r", "--name-only", repository.tip);
  const actual = new Set(paths.trim().split("\n"));
  const wrong = [...expected].filter(
    ([path, text]) => tryGit(repository.directory, "show", `${repository.tip}:${path}`) !== text,
  );
  const foreign = [...actual].filter((path) => !expected.has(path));
  return [...wrong.map(([path]) => path), ...foreign];
}

function check(repository: Repository): void {
  const events = readEvents(repository);
  const state = events.reduce((tip, { event }) => applyEvent(tip, event), EMPTY_JOURNAL);
  const gap = events.findIndex(({ event }, index) => event.seq !== index + 1);
  if (gap >= 0) {
    console.log(`Event ${gap + 1} has the number ${events[gap]?.event.seq ?? 0}.`);
    process.exitCode = 1;
  }
  const wrong = differences(repository, state);
  for (const path of wrong) {
    console.log(`${path} is not what the events say.`);
    process.exitCode = 1;
  }
  console.log(`${events.length} events, ${state.issues.size} issues, ${wrong.length} differences.`);
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
  show(openJournal(directory, ref), Number(number));
} else if (verb === "check" && number === undefined) {
  check(openJournal(directory, ref));
} else {
  refuse(USAGE);
}
