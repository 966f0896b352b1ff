import { beforeEach, describe, expect, it } from "vitest";

import type { JournalState } from "../../src/core/journal/records.ts";
import type {
  RunSessionInputs,
  RunSessionPorts,
} from "../../src/stages/run-session/run-session.ts";
import { type StopWatch, watchForStop } from "../../src/stages/run-session/watch-for-stop.ts";
import { A_FIT_MACHINE, PureFleet } from "../world/pure-fleet.ts";
import { PureWorkspace } from "../world/pure-workspace.ts";

/** One watch of the first of two claimed issues; time passes when a test says so. */
class Watched {
  readonly fleet = new PureFleet({ issues: [{}, {}] });
  readonly cancelled = new AbortController();
  /** How often the watch told that it was aborted. */
  aborts = 0;
  isEnded = false;
  readJournal: () => Promise<JournalState> = () => this.fleet.journal.read();
  #look: (() => Promise<void>) | undefined;
  /** Between two looks. */
  seconds = 0;

  async start(): Promise<StopWatch> {
    const [claim] = await this.fleet.tick();
    if (claim === undefined) {
      throw new Error("Nothing was claimed.");
    }
    const { fleet } = this;
    const ports: RunSessionPorts = {
      world: fleet.world,
      journal: { read: () => this.readJournal() },
      workspace: new PureWorkspace(),
      inspectMachine: async () => A_FIT_MACHINE,
      openAgent: () => Promise.reject(new Error("No agent is needed.")),
      clock: fleet.clock,
      log: fleet.log,
      every: (seconds, work) => {
        this.seconds = seconds;
        this.#look = work;
        return () => (this.isEnded = true);
      },
      readConfiguration: () => fleet.configuration,
    };
    const inputs: RunSessionInputs = {
      issue: claim.issue,
      attempt: claim.attempt,
      slot: claim.slot,
      claim: claim.nonce,
      run: { runId: claim.runId, runAttempt: claim.runAttempt },
      configurationPath: "",
      setup: "none",
      stop: this.cancelled.signal,
    };
    const watch = watchForStop(ports, inputs);
    watch.addEventListener("abort", () => (this.aborts += 1), { once: true });
    return watch;
  }

  /** The next look. */
  async look(): Promise<void> {
    await this.#look?.();
  }

  requestStop(issue: number): void {
    const nonce = this.fleet.claims().find((claim) => claim.issue === issue)?.nonce ?? "";
    const stop = { issue, claim: nonce, reason: "cancelled" } as const;
    this.fleet.journal.force({ type: "stop-requested", stops: [stop] });
  }
}

describe("watchForStop", () => {
  let watched: Watched;
  let watch: StopWatch;

  beforeEach(async () => {
    watched = new Watched();
    watch = await watched.start();
  });

  it("ends the session at the next look after a stop was journalled, and says why [N37, F107]", async () => {
    await watched.look();
    expect(watch.aborted).toBe(false);

    watched.requestStop(1);
    await watched.look();

    expect(watch.aborted).toBe(true);
    expect(watched.aborts).toBe(1);
    expect(watched.fleet.log.lines.join("\n")).toContain("The session is stopped: cancelled.");
  });

  it("looks every minute: that is what a stop is promised [N37]", () => {
    expect(watched.seconds).toBe(60);
  });

  it("leaves the session alone when another one is stopped [F107]", async () => {
    watched.requestStop(2);
    await watched.look();

    expect(watch.aborted).toBe(false);
  });

  it("ends the session when its claim was taken back", async () => {
    const taken = watched.fleet.journal.state;
    watched.readJournal = async () => ({ ...taken, issues: new Map() });

    await watched.look();

    expect(watch.aborted).toBe(true);
  });

  it("ends nothing when the journal cannot be read, says so, and sees the stop the next time", async () => {
    const { readJournal } = watched;
    watched.readJournal = () => Promise.reject(new Error("no network"));
    await watched.look();
    expect(watch.aborted).toBe(false);
    expect(watched.fleet.log.lines.join("\n")).toContain("no network");

    watched.readJournal = readJournal;
    watched.requestStop(1);
    await watched.look();

    expect(watch.aborted).toBe(true);
  });

  it("ends the session at once when the job is cancelled, and only once [F70]", async () => {
    watched.cancelled.abort();
    watched.requestStop(1);
    await watched.look();

    expect(watch.aborted).toBe(true);
    expect(watched.aborts).toBe(1);
  });

  it("is aborted from the start when the job was cancelled before", async () => {
    const late = new Watched();
    late.cancelled.abort();

    expect((await late.start()).aborted).toBe(true);
  });

  it("looks no more when it is ended", () => {
    watch.end();

    expect(watched.isEnded).toBe(true);
  });
});
