import type { RunSessionPorts } from "./run-session.ts";

/** The checkpoints of one session: whatever becomes of them, the agent works on [N11, R11a]. */
export class Checkpoints {
  readonly #ports: Pick<RunSessionPorts, "workspace" | "log">;
  #last: Promise<void> = Promise.resolve();

  constructor(ports: Pick<RunSessionPorts, "workspace" | "log">) {
    this.#ports = ports;
  }

  /** Begins one, in the background. */
  take(): void {
    this.#last = this.#take();
  }

  /** The last one has been taken, or has failed. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #take(): Promise<void> {
    const { workspace, log } = this.#ports;
    try {
      if (await workspace.checkpoint()) {
        log.info("A checkpoint of the work lies on this machine.");
      }
    } catch (error) {
      log.warning(`No checkpoint of the work could be taken: ${String(error)}`);
    }
  }
}
