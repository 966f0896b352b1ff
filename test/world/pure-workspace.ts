import { createHash } from "node:crypto";

import type { FreeSpace } from "../../src/core/session/free-space.ts";
import type { ChangedFile } from "../../src/core/session/session-result.ts";
import type {
  CommandOptions,
  CommandRun,
  Harvest,
  OpenRequest,
  StartPoint,
  Workspace,
} from "../../src/ports/workspace.ts";

export interface PureWorkspaceOptions {
  /** Names the lock; claims of one machine share `locks`. */
  readonly claim?: string;
  readonly locks?: Set<string>;
  /** Texts by path, the same on every commit. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the session leaves changed. */
  readonly changed?: readonly ChangedFile[];
  /** How commands end that do not just succeed. */
  readonly commands?: Readonly<Record<string, Partial<CommandRun>>>;
  /** How commands end that ended otherwise before the work was collected. */
  readonly afterHarvest?: Readonly<Record<string, Partial<CommandRun>>>;
  /** How commands end on the base, where that is not as in the worktree with its work. */
  readonly onBase?: Readonly<Record<string, Partial<CommandRun>>>;
  /** What the preparation changed and left. */
  readonly prepared?: { readonly reset: readonly string[]; readonly left: readonly string[] };
  /** Where the worktree lies. */
  readonly freeBytes?: number;
  readonly start?: StartPoint;
  /** How many turns of the event loop's queue a checkpoint takes. */
  readonly checkpointTurns?: number;
  /** Steps that throw. */
  readonly broken?: readonly (keyof Workspace)[];
  /** Told of every call, before it does anything. */
  readonly onCall?: (call: string) => void;
}

const GREEN: CommandRun = { exitCode: 0, timedOut: false, seconds: 1, tail: "" };

/** A worktree that is only remembered: what was called in which order, and what was handed off. */
export class PureWorkspace implements Workspace {
  readonly worktree = "/machine/worktree";
  /** Names of the calls in their order; commands with their text. */
  readonly calls: string[] = [];
  readonly context = new Map<string, string>();
  readonly opened: OpenRequest[] = [];
  /** Commands that were given the machine's download caches. */
  readonly shared: string[] = [];
  /** The text of result.json. */
  handedOff: string | undefined;
  readonly #options: PureWorkspaceOptions;
  #isBase = false;

  constructor(options: PureWorkspaceOptions = {}) {
    this.#options = options;
  }

  async tryLock(): Promise<boolean> {
    this.#call("tryLock");
    const { locks = new Set<string>(), claim = "" } = this.#options;
    const isFree = !locks.has(claim);
    locks.add(claim);
    return isFree;
  }

  async fetch(): Promise<void> {
    this.#call("fetch");
  }

  async readFile(_commit: string, path: string): Promise<string | undefined> {
    return this.#options.files?.[path];
  }

  async exportFolder(_commit: string, folder: string, into: string): Promise<boolean> {
    this.#call("exportFolder", `${folder} ${into}`);
    return Object.keys(this.#options.files ?? {}).some((path) => path.startsWith(`${folder}/`));
  }

  async readFreeSpace(): Promise<readonly FreeSpace[]> {
    return [{ directory: "/machine", freeBytes: this.#options.freeBytes ?? 50 * 10 ** 9 }];
  }

  async open(request: OpenRequest): Promise<StartPoint> {
    this.#call("open");
    this.opened.push(request);
    return this.#options.start ?? "base";
  }

  async writeContext(files: ReadonlyMap<string, string>): Promise<void> {
    this.#call("writeContext");
    for (const [path, text] of files) {
      this.context.set(path, text);
    }
  }

  async runCommand(
    command: string,
    _limitMs: number,
    options: CommandOptions = {},
  ): Promise<CommandRun> {
    this.#call("runCommand", command);
    if (options.sharesDownloads === true) {
      this.shared.push(command);
    }
    const { commands, afterHarvest, onBase } = this.#options;
    if (this.#isBase) {
      return { ...GREEN, ...onBase?.[command] };
    }
    const isWork = this.calls.includes("harvest");
    return { ...GREEN, ...commands?.[command], ...(isWork ? afterHarvest?.[command] : {}) };
  }

  async beginPrepare(): Promise<void> {
    this.#call("beginPrepare");
  }

  async settlePrepared(): ReturnType<Workspace["settlePrepared"]> {
    this.#call("settlePrepared");
    return this.#options.prepared ?? { reset: [], left: [] };
  }

  async checkpoint(): Promise<boolean> {
    this.#call("checkpoint");
    for (let turn = 0; turn < (this.#options.checkpointTurns ?? 0); turn += 1) {
      await Promise.resolve();
    }
    this.calls.push("checkpoint taken");
    return true;
  }

  async harvest(): Promise<Harvest> {
    this.#call("harvest");
    return { files: this.#options.changed ?? [{ path: "src/thing.ts", change: "modified" }] };
  }

  async resetToBase(): Promise<void> {
    this.#call("resetToBase");
    this.#isBase = true;
  }

  async handOff(resultJson: string): Promise<string> {
    this.#call("handOff");
    this.handedOff = resultJson;
    return digestOf(resultJson);
  }

  async sweep(): Promise<void> {
    this.#call("sweep");
  }

  #call(name: keyof Workspace, detail?: string): void {
    const call = detail === undefined ? name : `${name} ${detail}`;
    this.calls.push(call);
    this.#options.onCall?.(call);
    if (this.#options.broken?.includes(name) === true) {
      throw new Error(`${name} was told to break`);
    }
  }
}

/** The digest of a hand-off in the pure world: of its result alone. */
export function digestOf(resultJson: string): string {
  return createHash("sha256").update(resultJson).digest("hex");
}
