import { judge, type Verdict } from "./judge.ts";
import type { KillPoint } from "./kill-switch.ts";
import { KillWorld } from "./kill-world.ts";

export interface SweepReport {
  /** Points at which a process was really killed. */
  readonly killPoints: number;
  /** Those after which everything came to the same end as without any kill. */
  readonly converged: number;
  /** Pull requests, comments, branches, labels, results and endings that are there twice. */
  readonly duplicates: number;
  /** Issues that came to no end, or to another one. */
  readonly lost: number;
}

/** A history of the world, with the job in it that is killed. */
export interface Scenario {
  readonly name: string;
  /** Where it is killed the n-th time, from 0; the first one that is never reached ends a sweep. */
  readonly point: (index: number) => KillPoint;
  /** If there are fewer points, something was not counted. */
  readonly fewestPoints: number;
  /** Plays until nothing happens any more; `arm` makes the point live. */
  readonly play: (world: KillWorld, arm: () => Promise<void>) => Promise<void>;
  /** What is there in the end. */
  readonly end: "delivered" | "completed";
  /** Sessions that may have been started, the killed one included. */
  readonly maxAttempts: number;
}

interface KillOutcome {
  /** What was killed; `undefined` = the history ended before the point. */
  readonly killed: string | undefined;
  readonly verdict: Verdict;
}

/** Plays a scenario in a world of its own and kills at one point of it. */
async function killAt(scenario: Scenario, point: KillPoint): Promise<KillOutcome> {
  const world = await KillWorld.open();
  try {
    await scenario.play(world, () => world.kills.arm(point));
    const killed = await world.kills.disarm();
    return { killed, verdict: await judge(world, scenario) };
  } finally {
    await world.close();
  }
}

/** Kills at every point of a scenario, `atOnce` worlds at a time, and tells each outcome. */
export async function sweep(
  scenario: Scenario,
  atOnce: number,
  tell: (line: string) => void,
): Promise<SweepReport> {
  const report = { killPoints: 0, converged: 0, duplicates: 0, lost: 0 };
  let next = 0;
  let isOver = false;
  const work = async (): Promise<void> => {
    while (!isOver) {
      const index = next;
      next += 1;
      const point = scenario.point(index);
      const { killed, verdict } = await killAt(scenario, point);
      if (killed === undefined) {
        isOver = true;
        return;
      }
      const { duplicates, lost } = verdict;
      report.killPoints += 1;
      report.converged += duplicates.length + lost.length === 0 ? 1 : 0;
      report.duplicates += duplicates.length;
      report.lost += lost.length;
      const when = point.at === "request" ? `${point.when} ` : "";
      const ill = [...duplicates, ...lost].map((one) => `\n    ${one}`).join("");
      tell(`${scenario.name} ${index + 1}: killed ${when}${killed}${ill}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return report;
}
