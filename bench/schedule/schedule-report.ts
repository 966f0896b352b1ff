import { mean } from "../statistics.ts";
import { formatTargets, type Target } from "../target.ts";
import { formatTable } from "../text-table.ts";
import type { ScheduleCell } from "./schedule-bench.ts";

const OURS = "water-spider";
const MAX_OVER_IDEAL = 1.03;
const MIN_OCCUPANCY = 0.9;

/** The backlog of N08: 500 issues that wait for some of the sixty before them. */
function isN08({ shape, count, durations, seed }: ScheduleCell): boolean {
  return shape === "local" && count === 500 && durations === "even" && seed === 1;
}

/** Compares the results with what the scheduler has to show. */
export function judgeSchedule(cells: readonly ScheduleCell[]): readonly Target[] {
  const ours = cells.filter(({ policy }) => policy === OURS);
  const blind = cells.filter(({ policy }) => policy.startsWith(`${OURS},`));
  const overtaken = [...ours, ...blind].reduce((sum, cell) => sum + cell.overtaken, 0);
  const occupancy = ours.find(isN08)?.occupancy ?? Number.NaN;
  return [
    judgeIdeal("with estimates that are up to 30 % off", ours),
    judgeIdeal("without any estimate", blind),
    {
      target: "P0 never waits behind a lower class",
      measured: `${overtaken} overtaken in ${ours.length + blind.length} simulations`,
      isMet: overtaken === 0,
    },
    {
      target: "at least 90 % of the slots busy on the backlog of N08",
      measured: percent(occupancy),
      isMet: occupancy >= MIN_OCCUPANCY,
    },
  ];
}

function judgeIdeal(how: string, cells: readonly ScheduleCell[]): Target {
  const within = cells.filter(({ overIdeal }) => overIdeal <= MAX_OVER_IDEAL);
  const worst = Math.max(...cells.map(({ overIdeal }) => overIdeal));
  const average = mean(cells.map(({ overIdeal }) => overIdeal));
  return {
    target: `within 3 % of the ideal list schedule, ${how}`,
    measured: `${within.length} of ${cells.length} backlogs, mean ${average.toFixed(3)}, worst ${worst.toFixed(3)}`,
    isMet: within.length === cells.length,
  };
}

/** A row for each kind of backlog and policy, over its seeds, and a line for each target. */
export function formatScheduleReport(
  cells: readonly ScheduleCell[],
  targets: readonly Target[],
): readonly string[] {
  const groups = new Map<string, ScheduleCell[]>();
  for (const cell of cells) {
    const key = `${cell.shape} ${cell.count} ${cell.durations}|${cell.policy}`;
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, [cell]);
    } else {
      known.push(cell);
    }
  }
  const head = ["backlog", "policy", "over bound", "over ideal", "busy", "P0 overtaken", "longest"];
  return [
    "Five slots, 30 s from a tick's decision to the session. Means over the seeds; over ideal: the worst.",
    "",
    ...formatTable(
      head,
      Array.from(groups, ([key, group]) => formatRow(key, group)),
    ),
    "",
    ...formatTargets(targets),
  ];
}

function formatRow(key: string, group: readonly ScheduleCell[]): readonly string[] {
  const overtaken = group.reduce((sum, cell) => sum + cell.overtaken, 0);
  const longest = Math.max(...group.map((cell) => cell.longestOvertakenSeconds));
  return [
    ...key.split("|"),
    mean(group.map(({ overBound }) => overBound)).toFixed(3),
    Math.max(...group.map(({ overIdeal }) => overIdeal)).toFixed(3),
    percent(mean(group.map(({ occupancy }) => occupancy))),
    String(overtaken),
    overtaken === 0 ? "-" : `${Math.round(longest / 60)} min`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
