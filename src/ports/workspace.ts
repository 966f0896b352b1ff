import type { SandboxSettings, WorkspaceSettings } from "../core/configuration.ts";
import type { FreeSpace } from "../core/session/free-space.ts";
import type { ChangedFile } from "../core/session/session-result.ts";
import type { AbortSignalLike } from "./agent.ts";

export interface OpenRequest {
  readonly issue: number;
  /** Of the approved text: work of an earlier attempt is taken up only for the same text. */
  readonly textHash: string;
  readonly branch: string;
  readonly baseSha: string;
  /** Commit of work that an earlier attempt left, and that finalize kept; absent = there is none. */
  readonly keptSha?: string | undefined;
  /** Commit of people's that is to be checked as it is; nothing else is looked for then. */
  readonly pushedSha?: string | undefined;
  readonly settings: WorkspaceSettings;
  /** For the commands that run in the worktree. */
  readonly sandbox: SandboxSettings;
}

/**
 * What the branch of a session begins with: the base alone; work of an earlier attempt on it; the
 * base, because the kept work does not go together with it any more [F61]; or what people pushed.
 */
export type StartPoint = "base" | "kept-work" | "conflict" | "pushed";

export interface CommandRun {
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  readonly seconds: number;
  /** The end of its output. */
  readonly tail: string;
}

export interface CommandOptions {
  /**
   * May read and fill the machine's download caches: for commands of the base commit before the
   * agent starts, never for anything that runs a session's own files.
   */
  readonly sharesDownloads?: boolean;
  /** Ends the command when it is aborted. */
  readonly stop?: AbortSignalLike;
}

export interface Harvest {
  readonly files: readonly ChangedFile[];
}

/** One issue's worktree on the session machine, and the only way to what is in it. */
export interface Workspace {
  /** Absolute path of the worktree. */
  readonly worktree: string;
  /** Takes the machine-wide lock named by the claim; false when another start holds it [F04]. */
  tryLock(): Promise<boolean>;
  /** Fetches into the machine's mirror; afterwards files of those commits can be read. */
  fetch(commits: readonly string[]): Promise<void>;
  /** A file of a fetched commit, or `undefined` when the commit does not have it. */
  readFile(commit: string, path: string): Promise<string | undefined>;
  /**
   * Puts a folder of a fetched commit below `into`, at its own path and in the place of whatever lay
   * there. False when the commit does not have it; then nothing is there either.
   */
  exportFolder(commit: string, folder: string, into: string): Promise<boolean>;
  /** How much room there is where the worktree and the mirror lie [W30c]. */
  readFreeSpace(): Promise<readonly FreeSpace[]>;
  /** Makes the worktree, replacing what an earlier attempt left [N11]. */
  open(request: OpenRequest): Promise<StartPoint>;
  /** Writes files that no commit will hold. */
  writeContext(files: ReadonlyMap<string, string>): Promise<void>;
  /**
   * Runs a command of the configuration in the worktree, without any credential and in the sandbox;
   * `stop` ends it. Throws `ConfigurationError` when there has to be a sandbox and is none.
   */
  runCommand(command: string, limitMs: number, options?: CommandOptions): Promise<CommandRun>;
  /** Remembers the worktree as it is before it is prepared. */
  beginPrepare(): Promise<void>;
  /**
   * Ends the preparation: files that lay there before are as they were, and what lies there besides
   * them is no work of the session. Returns both lists, paths with `/` at a folder's end.
   */
  settlePrepared(): Promise<{
    readonly reset: readonly string[];
    readonly left: readonly string[];
  }>;
  /**
   * Keeps a copy of the work as it is now on the machine, outside of the worktree, while the agent
   * works on: where the worktree is lost, the next attempt here starts with it [N11, R11a]. Later ones
   * replace it, and the hand-off removes it. False when there is no work yet, or when it came too late.
   */
  checkpoint(): Promise<boolean>;
  /** Collects the work, untracked files included, with a git directory that no agent wrote. */
  harvest(): Promise<Harvest>;
  /**
   * Puts the tracked files back to the base, after the harvest; what is ignored, for example
   * installed packages, stays, so that a command meets the same surroundings.
   */
  resetToBase(): Promise<void>;
  /** Writes result and bundle into the handoff directory; returns their digest. */
  handOff(resultJson: string): Promise<string>;
  /** Ends every process of the session that is left. */
  sweep(): Promise<void>;
}
