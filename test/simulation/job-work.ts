import type { Configuration } from "../../src/core/configuration.ts";
import type { Command } from "../../src/core/fleet/commands.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import type { TickPlan } from "../../src/core/plan/tick-plan.ts";
import type { AbortSignalLike, AgentRequest } from "../../src/ports/agent.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Log } from "../../src/ports/log.ts";
import type { World } from "../../src/ports/world.ts";
import { collect } from "../../src/stages/collect.ts";
import { dispatch } from "../../src/stages/dispatch.ts";
import { finalize } from "../../src/stages/finalize/finalize.ts";
import { obeyCommand } from "../../src/stages/obey-command.ts";
import { runSession } from "../../src/stages/run-session/run-session.ts";
import { aBundledFile, PureDelivery } from "../world/pure-delivery.ts";
import { A_FIT_MACHINE } from "../world/pure-fleet.ts";
import { digestOf } from "../world/pure-workspace.ts";
import type { PureWorld } from "../world/pure-world.ts";
import type { ActionsModel } from "./actions-model.ts";
import type { JobWork } from "./jobs.ts";
import type { Mutant } from "./mutants/mutant.ts";
import type { Leg, RunAttempt } from "./runs.ts";
import type { SharedJournal } from "./shared-journal.ts";
import { SimAgent, type SessionEnd, workspaceAfter } from "./sim-agent.ts";
import { SimWorkspace } from "./sim-workspace.ts";
import type { Task } from "./task.ts";
import type { Timeline } from "./timeline.ts";
import type { Watcher } from "./watcher.ts";
import { worldOfTask } from "./world-of-task.ts";

export interface JobContext {
  readonly timeline: Timeline;
  readonly world: PureWorld;
  readonly journal: SharedJournal;
  readonly watcher: Watcher;
  readonly mutant: Mutant | undefined;
  readonly configuration: Configuration;
  /** The snapshot of a tick: a cache that others may write. */
  readonly drawSnapshot: (task: Task) => ReadonlyMap<number, ObservedIssue>;
  /** What a tick lacks: started by Dependabot or a fork, or with few requests left. */
  readonly drawLack: (task: Task) => "credential" | "requests" | undefined;
  /** How the session of a claim ends, and after how many seconds. */
  readonly drawSession: (task: Task, claim: Claim) => readonly [SessionEnd, number];
  /** Whether work conflicts with a base that moved. */
  readonly conflicts: (task: Task) => boolean;
  readonly actions: () => ActionsModel;
}

/** Below the floor of every configuration. */
const FEW_REQUESTS = 20;

/** What the jobs of the workflows do: the real stages with the ports of their process. */
export function makeJobWork(context: JobContext): JobWork {
  return {
    plan: (task, run, emit) => plan(context, task, run, emit),
    session: (task, leg, stop) => session(context, task, leg, stop),
    finalize: (task, leg) => deliver(context, task, leg),
  };
}

interface Ports {
  readonly world: World;
  readonly journal: Journal;
  readonly clock: Timeline;
  readonly log: Log;
  readonly random: () => number;
}

function portsOf(
  context: JobContext,
  task: Task,
  run: RunAttempt,
  job: "plan" | "session" | "finalize" | "command",
  leg?: Leg,
  remembered: ReadonlyMap<number, ObservedIssue> = new Map(),
): Ports {
  const { world, journal, timeline, mutant, watcher, actions } = context;
  const ports = {
    world: worldOfTask({
      task,
      world,
      readRuns: (wanted) => {
        watcher.onRunsRead(task);
        return actions().read(wanted);
      },
      ...(leg === undefined ? {} : { ownIssue: leg.claim.issue }),
      remembered,
      rerunJob: (id) => actions().rerunJob(id),
      startTick: () => {
        if (mutant?.losesKicks !== true) {
          actions().trigger(`kick by ${task.name}`);
        }
      },
      onApplied: (effect) => watcher.onApplied(effect, task),
    }),
    journal: journal.connect(task, run),
  };
  return {
    clock: timeline,
    log: logOf(task),
    random: () => task.chance.next(),
    world: mutant?.world?.(ports.world, { job, leg, model: world }) ?? ports.world,
    journal: mutant?.journal?.(ports.journal, { job, leg, shared: journal }) ?? ports.journal,
  };
}

function logOf(task: Task): Log {
  return {
    info: () => undefined,
    notice: (message) => task.note(message),
    warning: (message) => task.note(message),
  };
}

async function plan(
  context: JobContext,
  task: Task,
  run: RunAttempt,
  emit: (claims: readonly Claim[]) => void,
): Promise<void> {
  const { mutant, watcher, world } = context;
  const lack = context.drawLack(task);
  const snapshot = context.drawSnapshot(task);
  const all = portsOf(context, task, run, "plan", undefined, snapshot);
  const ports = lack === "requests" ? { ...all, world: withFewRequests(all.world) } : all;
  // The first answer comes with the configuration, before anything is decided.
  await ports.world.readRepository();
  watcher.onObserving(task, { mayClaim: lack === undefined, isStale: snapshot.size > 0 });
  const collected = await collect(ports, {
    configuration: context.configuration,
    repositoryName: world.repository.name,
  });
  const handed: TickPlan = JSON.parse(JSON.stringify(collected));
  const tick = mutant?.tick?.(handed, { model: world, shared: context.journal }) ?? handed;
  watcher.onPlanned(task, tick);
  // Two steps of one job: the second one starts a while later.
  await task.wait(task.chance.is(0.1) ? task.chance.between(10, 200) : 1);
  let nonces = 0;
  await dispatch(
    {
      ...ports,
      newNonce: () => `c${run.runId}-${run.runAttempt}-${(nonces += 1)}`,
      readBranch: () => task.read("base branch", () => world.repository.headSha),
    },
    { tick, run, credential: lack === "credential" ? "missing" : "present", dryRun: false, emit },
  );
}

function withFewRequests(world: World): World {
  return {
    ...world,
    observe: async (query) => ({ ...(await world.observe(query)), apiRemaining: FEW_REQUESTS }),
  };
}

async function session(
  context: JobContext,
  task: Task,
  leg: Leg,
  stop: AbortSignalLike,
): Promise<string | undefined> {
  const { watcher, drawSession } = context;
  const { claim, run, attempt } = leg;
  const identity = { runId: run.id, runAttempt: attempt.number };
  const ports = portsOf(context, task, identity, "session", leg);
  const [end, seconds] = drawSession(task, claim);
  const workspace = new SimWorkspace(
    { claim: `${claim.nonce}/${attempt.number}`, ...workspaceAfter(end) },
    // Without an agent it is the checks that take their time.
    () => task.wait(claim.manualFix === undefined ? 0 : seconds),
  );
  // What comes with the configuration is read before the claim is looked at.
  await ports.world.readRepository();
  watcher.onAdmitting(task, claim);
  const agent = new SimAgent(
    task,
    end,
    seconds,
    (request: AgentRequest) =>
      request.resume
        ? watcher.onAgentResumed(task, claim)
        : watcher.onAgentStarted(task, claim, request, workspace.context),
    () => watcher.onAgentEnded(claim),
  );
  const report = await runSession(
    {
      ...ports,
      workspace,
      inspectMachine: async () => A_FIT_MACHINE,
      openAgent: async () => agent,
      readConfiguration: () => context.configuration,
      every: (every, work) => repeat(task, every, work),
    },
    {
      issue: claim.issue,
      attempt: claim.attempt,
      slot: claim.slot,
      claim: claim.nonce,
      run: identity,
      configurationPath: ".github/water-spider.yml",
      setup: "none",
      stop,
    },
  );
  task.note(`ends ${report.result.ending} (${report.result.cause ?? end})`);
  return workspace.handedOff;
}

function repeat(task: Task, seconds: number, work: () => Promise<void>): () => void {
  const life = { isOver: false };
  const loop = async (): Promise<void> => {
    while (!life.isOver) {
      await task.wait(seconds);
      if (!life.isOver) {
        await work();
      }
    }
  };
  void loop();
  return () => {
    life.isOver = true;
  };
}

async function deliver(context: JobContext, task: Task, leg: Leg): Promise<void> {
  const { world, conflicts, watcher } = context;
  const { claim, run, attempt, handOff } = leg;
  const identity = { runId: run.id, runAttempt: attempt.number };
  const ports = portsOf(context, task, identity, "finalize", leg);
  await ports.world.readRepository();
  const arrived = new PureDelivery({
    ...(handOff === undefined ? {} : { result: handOff }),
    mergesCleanly: !conflicts(task),
    branches: world.branches,
    isMerged: (one) => world.isMerged(one),
    files: task.chance.is(0.02)
      ? [aBundledFile({ path: ".github/workflows/ci.yml" })]
      : [aBundledFile()],
  });
  watcher.onFinalizing(task, claim);
  const report = await finalize(
    { ...ports, delivery: arrived },
    {
      issue: claim.issue,
      attempt: claim.attempt,
      slot: claim.slot,
      claim: claim.nonce,
      run: identity,
      digest: handOff === undefined ? "" : digestOf(handOff),
      configuration: context.configuration,
      dryRun: false,
    },
  );
  task.note(`${report.outcome}: ${report.detail}`);
}

/** The command job: journals a person's wish. */
export async function obey(
  context: JobContext,
  task: Task,
  command: Command,
  by: string,
): Promise<void> {
  const ports = portsOf(context, task, { runId: 1, runAttempt: 1 }, "command");
  const at = ports.clock.now();
  const { configuration, world } = context;
  await obeyCommand(
    {
      ...ports,
      tryReadBranch: (branch) => task.read("branch", () => world.branches.get(branch)),
    },
    { command, by, at, configuration, dryRun: false },
  );
}
