import { median, shortNumber } from "../statistics.ts";
import { formatTargets, type Target } from "../target.ts";
import { formatTable } from "../text-table.ts";
import type { Way, WorktreeCell, WorktreeFindings } from "./worktree-bench.ts";

const MAX_BYTES_SHARE = 0.01;
const MIN_RECYCLED_FACTOR = 5;
const MIN_FRESH_FACTOR = 1.5;
const MEGABYTE = 10 ** 6;

const WAYS: readonly Way[] = [
  "full clone",
  "depth-1 clone",
  "cold start",
  "warm, fresh",
  "warm, recycled",
];

/** Compares the results with what a worktree has to show. */
export function judgeWorktrees({ cells, remains, checked }: WorktreeFindings): readonly Target[] {
  const shallow = cellsOf(cells, "depth-1 clone", 1);
  const warm = [...cellsOf(cells, "warm, fresh", 1), ...cellsOf(cells, "warm, recycled", 1)];
  const share =
    Math.max(...warm.map(({ bytes }) => bytes)) / Math.min(...shallow.map(({ bytes }) => bytes));
  return [
    {
      target: "a warm start transfers at most 1 % of the bytes of a depth-1 clone",
      measured: `${(100 * share).toFixed(3)} % at most`,
      isMet: share <= MAX_BYTES_SHARE,
    },
    judgeFactor(cells, "warm, recycled", MIN_RECYCLED_FACTOR),
    judgeFactor(cells, "warm, fresh", MIN_FRESH_FACTOR),
    {
      target: "nothing of an earlier session remains in a recycled worktree",
      measured: `${remains.length} differences in ${checked} worktrees`,
      isMet: remains.length === 0 && checked > 0,
    },
  ];
}

function judgeFactor(cells: readonly WorktreeCell[], way: Way, least: number): Target {
  const factor = medianSeconds(cells, "depth-1 clone", 1) / medianSeconds(cells, way, 1);
  return {
    target: `${way}: at least ${least} times as fast as a depth-1 clone`,
    measured: `${factor.toFixed(1)} times`,
    isMet: factor >= least,
  };
}

/** A row for each way and number at once, and a line for each target. */
export function formatWorktreeReport(
  findings: WorktreeFindings,
  targets: readonly Target[],
): readonly string[] {
  const { cells, endSeconds, remains, checked } = findings;
  const head = ["way", "at once", "seconds", "fastest", "slowest", "times depth-1", "CPU s", "MB"];
  const counts = [...new Set(cells.map(({ atOnce }) => atOnce))];
  const rows = counts.flatMap((atOnce) =>
    WAYS.flatMap((way) => {
      const group = cellsOf(cells, way, atOnce);
      return group.length === 0 ? [] : [formatRow(cells, group, way, atOnce)];
    }),
  );
  return [
    "Until a session has its worktree, over the embedded GitHub's HTTP. Seconds: the median, until the",
    "last one is ready; CPU: of all of them together, without the server's; MB: over the wire, together.",
    "",
    ...formatTable(head, rows),
    "",
    `Clearing away after a session: ${shortNumber(median(endSeconds))} s, before the next one starts.`,
    `Of earlier sessions: ${remains.length} differences in ${checked} recycled worktrees.`,
    ...formatTargets(targets),
  ];
}

function formatRow(
  cells: readonly WorktreeCell[],
  group: readonly WorktreeCell[],
  way: Way,
  atOnce: number,
): readonly string[] {
  const seconds = group.map((cell) => cell.seconds);
  const cpu = group.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
  const factor = medianSeconds(cells, "depth-1 clone", atOnce) / median(seconds);
  return [
    way,
    String(atOnce),
    median(seconds).toFixed(2),
    Math.min(...seconds).toFixed(2),
    Math.max(...seconds).toFixed(2),
    factor.toFixed(2),
    cpu.length === 0 ? "-" : median(cpu).toFixed(2),
    shortNumber(median(group.map((cell) => cell.bytes)) / MEGABYTE),
  ];
}

function medianSeconds(cells: readonly WorktreeCell[], way: Way, atOnce: number): number {
  return median(cellsOf(cells, way, atOnce).map(({ seconds }) => seconds));
}

function cellsOf(
  cells: readonly WorktreeCell[],
  way: Way,
  atOnce: number,
): readonly WorktreeCell[] {
  return cells.filter((cell) => cell.way === way && cell.atOnce === atOnce);
}
