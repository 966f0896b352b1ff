import { shortNumber } from "../statistics.ts";
import { formatTargets, type Target } from "../target.ts";
import { formatTable } from "../text-table.ts";
import type { HistorySize } from "./fleet-history.ts";
import type { JournalCell } from "./journal-bench.ts";
import { type Measured, type Operation, OPERATIONS } from "./operations.ts";

export interface JournalResults {
  readonly machine: {
    readonly node: string;
    readonly processors: number;
    /** Processes that wanted a processor, on average over a minute. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly size: HistorySize;
  readonly cells: readonly JournalCell[];
}

interface Limit {
  readonly target: string;
  readonly operation: Operation;
  readonly limitMs: number;
  readonly pick: keyof Pick<Measured, "firstMs" | "medianMs" | "maximumMs">;
}

const LIMITS: readonly Limit[] = [
  {
    target: "no-op fetch and reading everything, the first of a process, under 0.5 s",
    operation: "no-op fetch, read all",
    limitMs: 500,
    pick: "firstMs",
  },
  { target: "an append under 0.5 s", operation: "append", limitMs: 500, pick: "medianMs" },
  {
    target: "eight writers all landed within 5 s",
    operation: "eight writers",
    limitMs: 5_000,
    pick: "maximumMs",
  },
  {
    target: "every tree checked to be the fold of its events under 30 s",
    operation: "check",
    limitMs: 30_000,
    pick: "medianMs",
  },
];

/** Compares our times with what the journal has to show. */
export function judgeJournal(cells: readonly JournalCell[]): readonly Target[] {
  return LIMITS.map(({ target, operation, limitMs, pick }) => {
    const ours = measuredOf(cells, operation, "water-spider")?.[pick] ?? Number.NaN;
    const raw = measuredOf(cells, operation, "raw git")?.[pick] ?? Number.NaN;
    return {
      target,
      measured: `${shortNumber(ours)} ms (raw git ${shortNumber(raw)} ms)`,
      isMet: ours < limitMs,
    };
  });
}

function measuredOf(
  cells: readonly JournalCell[],
  operation: Operation,
  contestant: JournalCell["contestant"],
): Measured | undefined {
  const outcome = cells.find(
    (cell) => cell.operation === operation && cell.contestant === contestant,
  )?.outcome;
  return outcome?.type === "done" ? outcome.result : undefined;
}

/** A row for each operation, ours and raw git's, and a line for each target. */
export function formatJournalReport(
  { machine, size, cells }: JournalResults,
  targets: readonly Target[],
): readonly string[] {
  const head = [
    "",
    "first",
    "median",
    "maximum",
    "decisions",
    "raw median",
    "decisions",
    "times raw",
  ];
  return [
    `Node ${machine.node}, ${machine.processors} processors, load ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after.`,
    `A journal of ${size.events} events with ${size.issues} issues, over HTTP. Milliseconds (first: of a process).`,
    "",
    ...formatTable(
      head,
      OPERATIONS.map((operation) => formatRow(operation, cells)),
    ),
    ...cells.flatMap(({ operation, contestant, outcome }) =>
      outcome.type === "done"
        ? []
        : [`${operation}, ${contestant}: ${"detail" in outcome ? outcome.detail : outcome.type}`],
    ),
    "",
    "raw git: the same by plain commands, without schemas, fold or waiting; of the check only the reading.",
    ...(targets.length === 0 ? [] : ["", ...formatTargets(targets)]),
  ];
}

function formatRow(operation: Operation, cells: readonly JournalCell[]): readonly string[] {
  const ours = measuredOf(cells, operation, "water-spider");
  const raw = measuredOf(cells, operation, "raw git");
  const texts = [
    ours?.firstMs,
    ours?.medianMs,
    ours?.maximumMs,
    ours?.decisions,
    raw?.medianMs,
    raw?.decisions,
    ours === undefined || raw === undefined ? undefined : ours.medianMs / raw.medianMs,
  ];
  return [operation, ...texts.map((value) => (value === undefined ? "-" : shortNumber(value)))];
}
