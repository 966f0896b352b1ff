import type { Halt } from "../../local/github/control-client.ts";
import type { EmbeddedGitHub } from "../../local/github/embedded-github.ts";
import type { WorkflowEngine } from "../../local/runner/engine.ts";

/** Where an action is killed: at one of its requests to GitHub, or at a stage of a session. */
export type KillPoint =
  | ({ readonly at: "request" } & Halt)
  | { readonly at: "stage"; readonly stage: "agent" | "checks" };

/** Ends the process of an action with SIGKILL at the point that it is armed for, once. */
export class KillSwitch {
  readonly #github: EmbeddedGitHub;
  #engine: WorkflowEngine | undefined;
  #session: number | undefined;
  #armed: KillPoint | undefined;
  #killed: string | undefined;
  #watch: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  constructor(github: EmbeddedGitHub) {
    this.#github = github;
  }

  follow(engine: WorkflowEngine): void {
    this.#engine = engine;
    engine.events.on((event) => {
      if (event.type === "job-started" && event.name.endsWith(" / session")) {
        this.#session = event.jobId;
      }
    });
  }

  async arm(point: KillPoint): Promise<void> {
    this.#armed = point;
    this.#killed = undefined;
    if (point.at === "request") {
      const { jobPattern, counts, number, when } = point;
      await this.#github.addHalt({ jobPattern, counts, number, when });
      const stop = new AbortController();
      this.#watch = { stop, done: this.#waitForHalt(stop.signal) };
    }
  }

  /** Returns where something was killed; `undefined` when the point was never reached. */
  async disarm(): Promise<string | undefined> {
    this.#armed = undefined;
    this.#watch?.stop.abort();
    await this.#watch?.done;
    this.#watch = undefined;
    await this.#github.dropHalted();
    return this.#killed;
  }

  /** Called when a session has come to a stage; what it has started there goes on or is left alone. */
  reached(stage: string): "goes-on" | "killed" {
    if (this.#armed?.at !== "stage" || this.#armed.stage !== stage) {
      return "goes-on";
    }
    this.#kill(this.#session, stage);
    return "killed";
  }

  #kill(jobId: number | undefined, where: string): void {
    if (jobId === undefined || this.#engine === undefined) {
      throw new Error(`Nothing runs that could be killed at '${where}'.`);
    }
    this.#armed = undefined;
    this.#engine.killStep(jobId);
    this.#killed = where;
  }

  async #waitForHalt(signal: AbortSignal): Promise<void> {
    const longestSeconds = 20;
    while (!signal.aborted) {
      const halted = await this.#github.halted(longestSeconds, signal).catch((error: unknown) => {
        if (!signal.aborted) {
          throw error;
        }
        return undefined;
      });
      if (halted !== undefined) {
        this.#kill(halted.jobId, `${halted.jobName}: ${halted.operation}`);
        await this.#github.dropHalted();
        return;
      }
    }
  }
}
