import type { Command } from "../../src/core/fleet/commands.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { World } from "../../src/ports/world.ts";
import { sha } from "../world/an-issue.ts";
import { Crash, type CrashPoint, DyingProcess } from "../world/crashes.ts";
import { anAgentRun, aRefusedRun, PureAgent } from "../world/pure-agent.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { PureLoop, type Work } from "../world/pure-loop.ts";

export type Action = "dispatch" | "finalize" | "command";

export interface SweepReport {
  /** Writes of the action, each died at twice: right before and right after. */
  readonly killPoints: number;
  /** Those after which people find in the end what they find without any crash. */
  readonly converged: number;
  /** Pull requests, comments, endings and results that are there twice. */
  readonly duplicates: number;
  /** Issues that came to another end. */
  readonly lost: number;
}

/** What a person finds when all is quiet, by issue. */
const EXPECTED: Readonly<Record<number, string>> = {
  1: "closed state:completed",
  2: "closed state:completed",
  3: "closed state:completed",
  4: "open state:failed",
  5: "open state:blocked",
  6: "closed state:completed",
  7: "open state:failed",
  8: "closed state:completed",
  9: "closed state:completed",
};

/** Its session stays red, and a person pushes what is missing. */
const FIXED_ISSUE = 9;

/** A chain of three, one that asks and one behind it, one that is retried, one that stays red, a plain one, and one that a person fixes. */
function aBacklog(): PureFleet {
  return new PureFleet({
    issues: [
      { milestone: 1 },
      { body: "Depends on #1" },
      { body: "Depends on #2", milestone: 1 },
      {},
      { body: "Depends on #4" },
      {},
      {},
      {},
      {},
    ],
    milestones: [{ number: 1, title: "1.0" }],
    // One failure in three is no meltdown here.
    configuration: { checks: { test: "npm test" }, "max-open-prs": 50 },
  });
}

function workOf(started: Map<number, number>, { issue, manualFix }: Claim): Work {
  const times = (started.get(issue) ?? 0) + 1;
  started.set(issue, times);
  switch (issue) {
    case 4: {
      const agent = new PureAgent(anAgentRun({ status: "needs-human", summary: "Which colour?" }));
      return { agent, workspace: { changed: [] } };
    }
    case 6:
      return times > 2 ? {} : { agent: new PureAgent(aRefusedRun(529, "overloaded")) };
    case FIXED_ISSUE:
      return manualFix === undefined
        ? { workspace: { commands: { "npm test": { exitCode: 1 } } } }
        : {};
    case 7:
      return { workspace: { commands: { "npm test": { exitCode: 1 } } } };
    default:
      return {};
  }
}

/** Dies right before and right after every write of an action, one at a time, and waits until all is quiet. */
export async function sweep(action: Action): Promise<SweepReport> {
  const writes = (await runScenario(action, undefined)).writes;
  let report: SweepReport = { killPoints: 0, converged: 0, duplicates: 0, lost: 0 };
  for (let write = 1; write <= writes; write += 1) {
    for (const when of ["before", "after"] as const) {
      const { fleet } = await runScenario(action, { write, when });
      const duplicates = countDuplicates(fleet);
      const lost = listLost(fleet).length;
      report = {
        killPoints: report.killPoints + 1,
        converged: report.converged + (duplicates + lost === 0 ? 1 : 0),
        duplicates: report.duplicates + duplicates,
        lost: report.lost + lost,
      };
    }
  }
  return report;
}

/** Lets the action die at the given write of all its writes in the scenario; without one it lives. */
export async function runScenario(
  action: Action,
  point: CrashPoint | undefined,
): Promise<{ readonly fleet: PureFleet; readonly writes: number }> {
  const fleet = aBacklog();
  const started = new Map<number, number>();
  const processes: DyingProcess[] = [];
  const countWrites = (): number => processes.reduce((sum, { writes }) => sum + writes, 0);
  const start = (kind: Action, world: World, journal: Journal): DyingProcess => {
    if (kind !== action) {
      return new DyingProcess(world, journal);
    }
    const write = (point?.write ?? 0) - countWrites();
    const isHere = point !== undefined && write > 0;
    const process = new DyingProcess(
      world,
      journal,
      isHere ? { write, when: point.when } : undefined,
    );
    processes.push(process);
    return process;
  };
  await commandWhileTheyRun(fleet, start);
  const loop = new PureLoop(fleet, {
    process: start,
    work: (claim) => workOf(started, claim),
  });
  await loop.settle();
  await loop.settle();
  fleet.world.branches.set(`feature/issue-${FIXED_ISSUE}`, sha("a person's"));
  await say(fleet, start, { type: "manual-fix", issue: FIXED_ISSUE });
  await loop.settle();
  // A tick that died before its first write looks like one that found nothing to do.
  await loop.settle();
  return { fleet, writes: countWrites() };
}

/** Claims are made, and a person stops the fleet, starts it again, and repeats what died. */
async function commandWhileTheyRun(
  fleet: PureFleet,
  start: (kind: Action, world: World, journal: Journal) => DyingProcess,
): Promise<void> {
  await fleet.tick();
  for (const command of [{ type: "stop" }, { type: "start", count: 50 }] as const) {
    await say(fleet, start, command);
  }
  fleet.advance(20);
}

/** A command, repeated by a person when its job died. */
async function say(
  fleet: PureFleet,
  start: (kind: Action, world: World, journal: Journal) => DyingProcess,
  command: Command,
): Promise<void> {
  for (let tries = 0; tries < 2; tries += 1) {
    const { world, journal } = start("command", fleet.world, fleet.journal);
    try {
      await fleet.obey(command, { world, journal });
      return;
    } catch (error) {
      if (!(error instanceof Crash)) {
        throw error;
      }
    }
  }
}

function listLost({ world }: PureFleet): readonly number[] {
  return [...world.issues.values()]
    .filter(({ number, state }) => {
      const found = [state, ...world.stateLabels(number)].join(" ");
      return found !== EXPECTED[number];
    })
    .map(({ number }) => number);
}

function twice(things: readonly unknown[]): number {
  return things.length - new Set(things).size;
}

function countDuplicates({ world, journal }: PureFleet): number {
  const comments = [...world.comments].map(([, texts]) =>
    twice(texts.map((text) => text.split("\n", 1)[0])),
  );
  const pullRequests = [...world.pullRequests.values()].map(({ headBranch }) => headBranch);
  const endings = journal.facts("ended").flatMap(({ deliveries }) => deliveries);
  return (
    comments.reduce((sum, count) => sum + count, 0) +
    twice(pullRequests) +
    twice(endings.map(({ issue, delivery }) => `${issue}/${delivery}`)) +
    twice(journal.facts("result").map(({ claim }) => claim))
  );
}
