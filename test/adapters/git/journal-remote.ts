import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { GitJournal, type GitJournalOptions } from "../../../src/adapters/git/git-journal.ts";
import { Git, type GitOutput } from "../../../src/adapters/git/git.ts";
import type { JournalFact } from "../../../src/core/journal/events.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

export const JOURNAL_REF = "refs/water-spider/journal";

/** The smallest event that changes a record. */
export function approval(issue: number): JournalFact {
  return {
    type: "approved",
    approvals: [
      {
        issue,
        by: "octocat",
        at: "2026-11-20T10:00:00Z",
        textHash: "a".repeat(64),
        restarts: false,
      },
    ],
  };
}

/** A bare repository that stands for GitHub's, and writers of its journal. */
export class JournalRemote {
  readonly directory: string;
  readonly git: Git;
  #writers = 0;

  private constructor(directory: string) {
    this.directory = directory;
    this.git = new Git({ cwd: join(directory, "remote.git") });
  }

  static async create(): Promise<JournalRemote> {
    const directory = await temporaryDirectory();
    await new Git({ cwd: directory }).run(["init", "--quiet", "--bare", "remote.git"]);
    return new JournalRemote(directory);
  }

  get url(): string {
    return `file://${this.directory}/remote.git`;
  }

  /** A writer with a repository of its own, as each job has one. */
  async newWriter(options: Partial<GitJournalOptions> = {}): Promise<GitJournal> {
    this.#writers += 1;
    const number = this.#writers;
    return new GitJournal({
      git: await this.newRepository(`writer-${number}`),
      remoteUrl: this.url,
      ref: JOURNAL_REF,
      run: { runId: number, runAttempt: 1 },
      clock: () => new Date(),
      newNonce: () => randomUUID(),
      random: () => (number % 8) / 8,
      sleep: (ms) => setTimeout(ms),
      ...options,
    });
  }

  async newRepository(name: string): Promise<Git> {
    return new Git({ cwd: await this.newRepositoryPath(name) });
  }

  async newRepositoryPath(name: string): Promise<string> {
    const path = join(this.directory, `${name}.git`);
    await mkdir(path);
    await new Git({ cwd: path }).run(["init", "--quiet", "--bare", "."]);
    return path;
  }

  /** Messages of the journal's commits, newest first. */
  async listSubjects(): Promise<readonly string[]> {
    const log = await this.git.run(["log", "--format=%s", JOURNAL_REF]);
    return log.split("\n");
  }

  async tip(ref = JOURNAL_REF): Promise<string | undefined> {
    const shown = await this.git.try(["rev-parse", "--quiet", "--verify", ref]);
    return shown.exitCode === 0 ? shown.stdout.toString("utf8").trim() : undefined;
  }

  /** Makes a commit of these files, all at the top, the journal. */
  async forge(files: ReadonlyMap<string, string | Buffer>): Promise<void> {
    const entries: string[] = [];
    for (const [name, content] of files) {
      const blob = await this.git.run(["hash-object", "-w", "--stdin"], content);
      entries.push(`100644 blob ${blob}\t${name}\n`);
    }
    const tree = await this.git.run(["mktree"], entries.join(""));
    const commit = await this.git.run(["commit-tree", tree, "-m", "forged"]);
    await this.git.run(["update-ref", JOURNAL_REF, commit]);
  }

  /** Puts one more file on the tip of the journal. */
  async plant(path: string, content: Buffer): Promise<void> {
    const tip = await this.tip();
    const stream = Buffer.concat([
      Buffer.from(
        `commit ${JOURNAL_REF}\ncommitter A <a@example.org> 1 +0000\ndata 0\n${tip === undefined ? "" : `from ${tip}\n`}M 100644 inline ${path}\ndata ${content.length}\n`,
      ),
      content,
      Buffer.from("\ndone\n"),
    ]);
    await this.git.run(["fast-import", "--quiet", "--done", "--force"], stream);
  }
}

/** A git whose pushes land but report a failure: the answer was lost on the way. */
export class LostAnswerGit extends Git {
  #left: number;
  readonly #after: () => Promise<unknown>;
  readonly #stdout: Buffer;

  constructor(
    cwd: string,
    times: number,
    after: () => Promise<unknown> = async () => undefined,
    stdout = Buffer.alloc(0),
  ) {
    super({ cwd });
    this.#left = times;
    this.#after = after;
    this.#stdout = stdout;
  }

  override async try(args: readonly string[], input?: string | Buffer): Promise<GitOutput> {
    const output = await super.try(args, input);
    if (args[0] === "push" && this.#left > 0) {
      this.#left -= 1;
      await this.#after();
      return { exitCode: 128, stdout: this.#stdout, stderr: "fatal: the remote end hung up" };
    }
    return output;
  }
}

/** A git in whose way another writer comes before its first push. */
export class OvertakenGit extends Git {
  #overtake: (() => Promise<unknown>) | undefined;

  constructor(cwd: string, overtake: () => Promise<unknown>) {
    super({ cwd });
    this.#overtake = overtake;
  }

  override async try(args: readonly string[], input?: string | Buffer): Promise<GitOutput> {
    const overtake = this.#overtake;
    if (args[0] === "push" && overtake !== undefined) {
      this.#overtake = undefined;
      await overtake();
    }
    return await super.try(args, input);
  }
}
