import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Claim } from "../../../src/core/journal/records.ts";
import { listProcesses } from "../../e2e/processes.ts";
import { PureFleet } from "../../world/pure-fleet.ts";
import { Machine } from "../workspace/machine.ts";
import { newRealAgent } from "./real-agent.ts";
import { DONE, type ModelStep, type RealSessions } from "./real-sessions.ts";

/** Starts a process that leaves every group, and ends a while after it. */
const CHECK = `
import { spawn } from "node:child_process";
spawn("sleep", ["120"], { detached: true, stdio: "ignore" }).unref();
setTimeout(() => undefined, 400);
`;

const WORK: readonly ModelStep[] = [
  { calls: [{ tool: "Write", input: { file_path: "one.txt", content: "1" } }] },
  { calls: [{ tool: "Bash", input: { command: "node check.mjs" } }] },
  { calls: [{ tool: "Write", input: { file_path: "two.txt", content: "2" } }] },
  { calls: [{ tool: "Bash", input: { command: "node check.mjs" } }] },
  DONE,
];

export interface CancelledSession {
  /** From the cancel to the end of the session. */
  readonly seconds: number;
  /** Processes that were left then. */
  readonly left: readonly string[];
  readonly ending: string;
  readonly cause: string | undefined;
  /** Files that the agent wrote, and those of them that were handed over. */
  readonly written: readonly string[];
  readonly kept: readonly string[];
  /** What finalize made of it. */
  readonly outcome: string | undefined;
  /** Claims after finalize, and those of the next tick. */
  readonly claimsAfter: number;
  readonly nextClaims: readonly Claim[];
  readonly attempts: number | undefined;
}

/**
 * Runs a whole session with real git, the real CLI and real processes, and cancels its job after so
 * many milliseconds; then finalize and the next tick.
 */
export async function cancelAfter(ms: number, sessions: RealSessions): Promise<CancelledSession> {
  const machine = await Machine.create(new Map([["check.mjs", CHECK]]));
  const fleet = new PureFleet({
    issues: [{ number: await sessions.addScript(WORK) }],
    configuration: { checks: { test: "node check.mjs" } },
  });
  fleet.world.repository = { ...fleet.world.repository, headSha: machine.baseSha };
  const [claim] = await fleet.tick();
  if (claim === undefined) {
    throw new Error("Nothing was claimed.");
  }
  const mark = `${claim.nonce}-${crypto.randomUUID()}`;
  const places = machine.placesOf(claim.issue, mark);
  const cancelled = new AbortController();
  const session = fleet.session(claim, {
    workspace: machine.newWorkspace(claim.issue, mark),
    agent: newRealAgent({ directory: join(machine.directory, "agent"), mark, url: sessions.url }),
    stop: cancelled.signal,
  });
  await Promise.race([session, sleep(ms)]);
  const startedMs = performance.now();
  cancelled.abort();
  const { result } = await session;
  const seconds = (performance.now() - startedMs) / 1_000;
  const left = await listProcesses(mark);

  const handedOff = await readFile(join(places.handoff, "result.json"), "utf8");
  const report = await fleet.finalize(claim, { result: handedOff });
  const claimsAfter = fleet.claims().length;
  const nextClaims = await fleet.tick();
  const written = await listTexts(places.worktree);
  return {
    seconds,
    left,
    ending: result.ending,
    cause: result.cause,
    written,
    kept: await listBundled(join(places.handoff, "changes.bundle"), machine),
    outcome: report.outcome,
    claimsAfter,
    nextClaims,
    attempts: fleet.journal.state.issues.get(claim.issue)?.attempts,
  };
}

async function listTexts(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  return names.filter((name) => /^(one|two)\.txt$/.test(name)).toSorted();
}

/** Files that the bundle adds to the base. */
async function listBundled(bundle: string, machine: Machine): Promise<readonly string[]> {
  const git = machine.git.with({ cwd: join(machine.directory, "source") });
  const fetched = await git.try(["fetch", "--quiet", bundle, "refs/water-spider/work"]);
  if (fetched.exitCode !== 0) {
    return [];
  }
  const names = await git.run(["diff", "--name-only", machine.baseSha, "FETCH_HEAD"]);
  return names.split("\n").filter((name) => name.endsWith(".txt"));
}
