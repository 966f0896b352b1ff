import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import type { BenchOptions, BenchReport } from "../bench-options.ts";
import { type CellOutcome, runCell } from "../cell.ts";
import { CONTESTANT_NAMES, type ContestantName } from "./contestants.ts";
import type { HistorySize } from "./fleet-history.ts";
import { formatJournalReport, judgeJournal } from "./journal-report.ts";
import { type JournalPlace, openSite } from "./journal-site.ts";
import { type Measured, type Operation, OPERATIONS } from "./operations.ts";

/** What the process of one cell is asked to measure. */
export interface JournalCellRequest {
  readonly operation: Operation;
  readonly contestant: ContestantName;
  readonly place: JournalPlace;
  readonly runs: number;
}

export interface JournalCell {
  readonly operation: Operation;
  readonly contestant: ContestantName;
  readonly outcome: CellOutcome<Measured>;
}

interface Extent {
  readonly size: HistorySize;
  readonly runs: Readonly<Record<Operation, number>>;
}

const FULL: Extent = {
  size: { issues: 10_000, events: 80_000 },
  runs: {
    "first fetch": 3,
    "no-op fetch, read all": 7,
    "nothing new": 7,
    "one event more": 7,
    append: 9,
    "eight writers": 3,
    check: 1,
  },
};
const QUICK: Extent = {
  size: { issues: 50, events: 200 },
  runs: {
    "first fetch": 1,
    "no-op fetch, read all": 2,
    "nothing new": 2,
    "one event more": 2,
    append: 2,
    "eight writers": 1,
    check: 1,
  },
};

const PROGRAM = new URL("journal-cell.js", import.meta.url);
const MAX_CELL_MS = 300_000;

/** Our journal beside raw git, over the embedded GitHub's real git and HTTP. */
export async function runJournalBench({ isQuick, progress }: BenchOptions): Promise<BenchReport> {
  const { size, runs } = isQuick ? QUICK : FULL;
  const loadBefore = loadavg()[0] ?? 0;
  const folder = await mkdtemp(join(tmpdir(), "water-spider-journal-"));
  try {
    progress(`journal: ${size.events} events of ${size.issues} issues are made ...`);
    const { place, stop } = await openSite(folder, size);
    const cells: JournalCell[] = [];
    try {
      for (const operation of OPERATIONS) {
        for (const contestant of CONTESTANT_NAMES) {
          progress(`journal: ${operation}, ${contestant} ...`);
          const request = { operation, contestant, place, runs: runs[operation] };
          const outcome = await runCell<Measured>(PROGRAM, request, MAX_CELL_MS);
          cells.push({ operation, contestant, outcome });
        }
      }
    } finally {
      await stop();
    }
    const loadAfter = loadavg()[0] ?? 0;
    const machine = {
      node: process.versions.node,
      processors: cpus().length,
      loadBefore,
      loadAfter,
    };
    const results = { machine, size, cells };
    const targets = isQuick ? [] : judgeJournal(cells);
    return { lines: formatJournalReport(results, targets), data: { ...results, targets } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
