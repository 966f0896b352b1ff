import type { EventStamp, JournalEvent } from "../../core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../core/journal/fold.ts";
import type { JournalState } from "../../core/journal/records.ts";
import { formatEvent, parseEvent } from "../../core/text/journal-event.ts";
import { formatTreeChanges, parseTree } from "../../core/text/journal-tree.ts";
import {
  type Appended,
  type BranchUpdate,
  type DecideFact,
  type Journal,
  BranchMovedError,
} from "../../ports/journal.ts";
import type { Git, GitOutput } from "./git.ts";
import { readTreeFiles } from "./tree-files.ts";

/** How long an append tries before it gives up. */
const MAX_APPEND_MS = 60_000;

export interface GitJournalOptions {
  /** A bare repository of this action's own; its credential may push when events are appended. */
  readonly git: Git;
  readonly remoteUrl: string;
  /** `refs/water-spider/journal`. */
  readonly ref: string;
  readonly run: { readonly runId: number; readonly runAttempt: number };
  readonly clock: () => Date;
  readonly newNonce: () => string;
  /** Uniform in [0, 1): spreads writers that lost a push together. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

interface Tip {
  /** `undefined` while there is no journal. */
  readonly commit: string | undefined;
  readonly state: JournalState;
}

/** The journal cannot be trusted: the fleet is held until a person has looked (design section 2). */
export class JournalIncidentError extends Error {
  override readonly name = "JournalIncidentError";
}

/** The journal as one git ref: event = commit, tree = state, append = push with lease on the tip. */
export class GitJournal implements Journal {
  readonly #options: GitJournalOptions;
  #lastSeq = 0;
  #lastCommit: string | undefined;

  constructor(options: GitJournalOptions) {
    this.#options = options;
  }

  async read(): Promise<JournalState> {
    return (await this.#readTip()).state;
  }

  async append(decide: DecideFact, alongside?: BranchUpdate): Promise<Appended | undefined> {
    const { clock, sleep, random } = this.#options;
    const startedMs = clock().getTime();
    let tip = await this.#readTip();
    for (let attempt = 1; ; attempt += 1) {
      const fact = decide(tip.state);
      if (fact === undefined) {
        return undefined;
      }
      const event = { seq: tip.state.seq + 1, stamp: this.#stamp(), fact };
      const state = applyEvent(tip.state, event);
      checkReadable(event);
      const commit = await this.#writeCommit(tip, event, state);
      const push = await this.#push(commit, tip, alongside);
      if (push.exitCode === 0) {
        this.#lastSeq = state.seq;
        this.#lastCommit = commit;
        return { event, state };
      }
      // The text of a refused push differs between servers; where the refs are now does not.
      const next = await this.#readTip();
      if (
        next.commit === commit ||
        (!isRefused(push) && (await this.#holds(next, commit, event)))
      ) {
        return { event, state };
      }
      if (next.commit === tip.commit && alongside !== undefined) {
        await this.#checkBranch(alongside);
      }
      if (clock().getTime() - startedMs > MAX_APPEND_MS) {
        throw new Error(
          `The journal ${this.#options.ref} took no event for ${MAX_APPEND_MS / 1000} s (${attempt} attempts). The last push said: ${push.stderr.trim()}`,
        );
      }
      await sleep(Math.min(50 * 2 ** attempt, 2_000) * random());
      tip = next.commit === tip.commit ? tip : next;
    }
  }

  #stamp(): EventStamp {
    const { clock, newNonce, run } = this.#options;
    return { at: clock().toISOString(), ...run, nonce: newNonce() };
  }

  async #readTip(): Promise<Tip> {
    const { git, remoteUrl, ref } = this.#options;
    const fetched = await git.try(["fetch", "--quiet", "--depth=1", "--no-tags", remoteUrl, ref]);
    if (fetched.exitCode !== 0) {
      if ((await this.#remoteValue(ref)) !== undefined) {
        throw new Error(`The journal ${ref} cannot be fetched: ${fetched.stderr.trim()}`);
      }
      if (this.#lastSeq > 0) {
        throw new JournalIncidentError(`The journal ${ref} vanished after event ${this.#lastSeq}.`);
      }
      return { commit: undefined, state: EMPTY_JOURNAL };
    }
    const commit = await git.run(["rev-parse", "FETCH_HEAD"]);
    const state = parseTree(await readTreeFiles(git, commit));
    if ("error" in state) {
      throw new JournalIncidentError(
        `The journal ${ref} at ${commit} cannot be read: ${state.error}. Nothing is claimed until it is repaired.`,
      );
    }
    if (state.seq < this.#lastSeq) {
      throw new JournalIncidentError(
        `The journal ${ref} was rewound from event ${this.#lastSeq} to ${state.seq}. Nothing is claimed until a person has looked.`,
      );
    }
    if (state.seq === this.#lastSeq && commit !== this.#lastCommit) {
      throw new JournalIncidentError(
        `The journal ${ref} has another event ${state.seq} than before. Nothing is claimed until a person has looked.`,
      );
    }
    this.#lastSeq = state.seq;
    this.#lastCommit = commit;
    return { commit, state };
  }

  /** Whether the event's commit lies behind the tip: its push landed, only the answer was lost [F02]. */
  async #holds(tip: Tip, commit: string, { seq, stamp }: JournalEvent): Promise<boolean> {
    const behind = tip.state.seq - seq;
    if (tip.commit === undefined || behind <= 0) {
      return false;
    }
    const { git, remoteUrl, ref } = this.#options;
    // In a repository of its own: deepening ours would mix its shallow ends with new history.
    const directory = await git.run(["rev-parse", "--absolute-git-dir"]);
    const path = `${directory}/settle-${stamp.nonce}`;
    await git.run(["init", "--quiet", "--bare", path]);
    const settling = git.with({ cwd: path });
    // A margin for events that land while this is read.
    const depth = `--depth=${behind + 20}`;
    await settling.run(["fetch", "--quiet", depth, "--no-tags", remoteUrl, ref]);
    const held = await settling.try(["rev-parse", "--verify", `${tip.commit}~${behind}`]);
    return held.exitCode === 0 && held.stdout.toString("utf8").trim() === commit;
  }

  /** Returns what the remote's ref points at, or `undefined` when it does not exist. */
  async #remoteValue(ref: string): Promise<string | undefined> {
    const { git, remoteUrl } = this.#options;
    const listing = await git.run(["ls-remote", remoteUrl, ref]);
    // The pattern also matches longer names that end in it.
    const line = listing.split("\n").find((one) => one.endsWith(`\t${ref}`));
    return line?.split("\t")[0];
  }

  async #checkBranch({ branch, expected }: BranchUpdate): Promise<void> {
    const actual = await this.#remoteValue(`refs/heads/${branch}`);
    if (actual !== expected) {
      throw new BranchMovedError(
        `Branch ${branch} is at ${actual ?? "no commit"}, but was expected at ${expected ?? "no commit"}.`,
      );
    }
  }

  /** Writes the event's commit with one process: only the files that changed travel. */
  async #writeCommit(tip: Tip, event: JournalEvent, state: JournalState): Promise<string> {
    const seconds = Math.floor(Date.parse(event.stamp.at) / 1000);
    const files = [...formatTreeChanges(tip.state, state)];
    const stream = [
      `commit refs/next/${event.stamp.nonce}\nmark :1\n`,
      `committer Water Spider <water-spider@users.noreply.github.com> ${seconds} +0000\n`,
      dataBlock(formatEvent(event)),
      tip.commit === undefined ? "" : `from ${tip.commit}\n`,
      ...files.map(([path, text]) =>
        text === undefined ? `D ${path}\n` : `M 100644 inline ${path}\n${dataBlock(text)}`,
      ),
      "get-mark :1\ndone\n",
    ].join("");
    return await this.#options.git.run(["fast-import", "--quiet", "--done"], stream);
  }

  async #push(commit: string, tip: Tip, alongside: BranchUpdate | undefined): Promise<GitOutput> {
    const { git, remoteUrl, ref } = this.#options;
    const leases = [`--force-with-lease=${ref}:${tip.commit ?? ""}`];
    const refspecs = [`${commit}:${ref}`];
    if (alongside !== undefined) {
      const branchRef = `refs/heads/${alongside.branch}`;
      leases.push(`--force-with-lease=${branchRef}:${alongside.expected ?? ""}`);
      refspecs.push(`${alongside.sha}:${branchRef}`);
    }
    return await git.try(["push", "--porcelain", "--atomic", ...leases, remoteUrl, ...refspecs]);
  }
}

/** A refusal in so many words: nothing landed. Any other failure may have come after the update. */
function isRefused({ stdout }: GitOutput): boolean {
  return /^!\t.*\[(remote )?rejected\]/m.test(stdout.toString("utf8"));
}

/** What would be written must be what everybody can read: the journal takes nothing else. */
function checkReadable(event: JournalEvent): void {
  const parsed = parseEvent(formatEvent(event));
  if ("error" in parsed) {
    throw new Error(`The event ${event.fact.type} cannot be journalled: ${parsed.error}`);
  }
}

function dataBlock(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
