import type { CommandOptions, CommandRun } from "../../src/ports/workspace.ts";
import { PureWorkspace, type PureWorkspaceOptions } from "../world/pure-workspace.ts";

/** A worktree whose commands take their time, or end when they are told to. */
export class SimWorkspace extends PureWorkspace {
  readonly #wait: () => Promise<void>;

  constructor(options: PureWorkspaceOptions, wait: () => Promise<void>) {
    super(options);
    this.#wait = wait;
  }

  override async runCommand(
    command: string,
    limitMs: number,
    options: CommandOptions = {},
  ): Promise<CommandRun> {
    const stopped = new Promise<void>((resolve) => {
      options.stop?.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([this.#wait(), stopped]);
    return await super.runCommand(command, limitMs, options);
  }
}
