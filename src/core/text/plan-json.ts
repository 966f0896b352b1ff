import type { Plan, PlanRow } from "../plan/plan-types.ts";
import { formatReason, type Reason } from "../plan/reasons.ts";

/** An entry of a list of issues that could not be read. */
export interface MalformedEntry {
  /** Place in the list, from 1. */
  readonly item: number;
  /** `undefined` when not even its number can be used. */
  readonly number: number | undefined;
  /** What is wrong, what was given and what is allowed: a sentence without its full stop. */
  readonly problem: string;
}

/** A plan for programs: `npm start -- --plan FILE --json` prints it. */
export interface PlanJson {
  /** The issues that can come to their turn, in order; those in and behind cycles are not here. */
  readonly order: readonly number[];
  readonly ready: readonly number[];
  /** Every planned issue that is not ready. */
  readonly blocked: readonly BlockedJson[];
  /** Each with all its members. */
  readonly cycles: readonly (readonly number[])[];
  /** By the longest way from an issue that waits for nothing. */
  readonly levels: readonly (readonly number[])[];
  readonly criticalPath: readonly number[];
  /** `P0` to `P3`, by issue number. */
  readonly effectivePriority: Readonly<Record<number, string>>;
  /** One sentence for every planned issue, by its number. */
  readonly reasons: Readonly<Record<number, string>>;
  readonly malformed: readonly MalformedEntry[];
}

export interface BlockedJson {
  readonly number: number;
  /** The kind of the reason, for programs. */
  readonly type: Reason["type"];
  /** The same sentence as in `reasons`. */
  readonly reason: string;
  /** The open issues that it waits for. */
  readonly by: readonly number[];
}

/** Puts a plan into the form that programs read. */
export function toPlanJson(plan: Plan, malformed: readonly MalformedEntry[] = []): PlanJson {
  const { rows } = plan;
  return {
    order: rows.filter(({ level }) => level !== undefined).map(({ issue }) => issue),
    ready: plan.ready,
    blocked: rows
      .filter(({ state }) => state !== "ready")
      .map((row) => ({
        number: row.issue,
        type: row.reason.type,
        reason: formatRowReason(row),
        by: row.blockedBy,
      })),
    cycles: plan.cycles,
    levels: plan.levels,
    criticalPath: plan.criticalPath,
    effectivePriority: Object.fromEntries(
      rows
        .filter(({ reason }) => reason.type !== "unreadable-issue")
        .map(({ issue, effectivePriority }) => [issue, `P${effectivePriority}`]),
    ),
    reasons: Object.fromEntries(rows.map((row) => [row.issue, formatRowReason(row)])),
    malformed,
  };
}

/** Why it is not running; a file's mistakes are not GitHub's. */
export function formatRowReason({ reason }: PlanRow): string {
  return reason.type === "unreadable-issue"
    ? `It cannot be read: ${reason.detail}.`
    : formatReason(reason);
}
