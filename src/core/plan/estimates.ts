import type { HistoryEntry } from "../journal/records.ts";
import { MAX_ESTIMATE_MINUTES } from "../text/estimate.ts";
import { parseInstant } from "../text/instant.ts";
import type { LabelReading } from "../text/label-reading.ts";

/** What estimates are learned from: finished deliveries of this repository. */
export type FinishedWork = Pick<HistoryEntry, "kind" | "at" | "sessionSeconds" | "outcome">;

export interface Estimate {
  /** Whole minutes, at least 1. */
  readonly minutes: number;
  readonly origin: "label" | "history" | "default";
}

/** Fewer sessions than this say nothing about the next one. */
const MIN_SAMPLES = 5;
const WINDOW_SECONDS = 90 * 86_400;

/** Median session of each kind of work, in whole minutes; kinds with too few are left out. */
export function medianMinutesByKind(
  history: readonly FinishedWork[],
  now: number,
): ReadonlyMap<string, number> {
  const samples = new Map<string, number[]>();
  for (const { kind: label, at, sessionSeconds, outcome } of history) {
    const kind = label?.replace(/^type:/u, "");
    const ended = parseInstant(at);
    const isRecent = ended !== undefined && ended <= now && now - ended <= WINDOW_SECONDS;
    if (kind === undefined || !isRecent || outcome !== "delivered" || !isDuration(sessionSeconds)) {
      continue;
    }
    const known = samples.get(kind);
    if (known === undefined) {
      samples.set(kind, [sessionSeconds]);
    } else {
      known.push(sessionSeconds);
    }
  }
  const medians = new Map<string, number>();
  for (const [kind, seconds] of samples) {
    if (seconds.length >= MIN_SAMPLES) {
      medians.set(kind, wholeMinutes(median(seconds) / 60));
    }
  }
  return medians;
}

/** The label counts before what history says of the kind of work, and that before the default. */
export function estimateWork(
  labels: Pick<LabelReading, "estimateMinutes" | "kind">,
  medians: ReadonlyMap<string, number>,
  defaultMinutes: number,
): Estimate {
  if (labels.estimateMinutes !== undefined) {
    return { minutes: wholeMinutes(labels.estimateMinutes), origin: "label" };
  }
  const learned = labels.kind === undefined ? undefined : medians.get(labels.kind);
  return learned === undefined
    ? { minutes: wholeMinutes(defaultMinutes), origin: "default" }
    : { minutes: learned, origin: "history" };
}

function isDuration(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isFinite(seconds) && seconds > 0;
}

function wholeMinutes(minutes: number): number {
  return Math.min(Math.max(Math.round(minutes), 1), MAX_ESTIMATE_MINUTES);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
