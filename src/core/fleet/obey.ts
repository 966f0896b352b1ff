import type { Configuration } from "../configuration.ts";
import { recallRecord } from "../journal/archive.ts";
import type { JournalFact } from "../journal/events.ts";
import { historyEntry } from "../journal/history-entry.ts";
import { newRecord } from "../journal/new-record.ts";
import type { FleetPause, IssueRecord, JournalState, StopReason } from "../journal/records.ts";
import { isAfter } from "../text/instant.ts";
import type { Command } from "./commands.ts";
import { manualFixFact, type PushedBranch } from "./manual-fix.ts";
import { stopsDue } from "./stops.ts";

/** Who said a command, and when: ISO 8601, UTC. */
export interface Speaker {
  readonly by: string;
  readonly at: string;
}

/** What a command is judged by besides the journal. */
export interface CommandContext {
  readonly retry: Pick<Configuration["retry"], "max">;
  /** The branch of the issue that a `manual-fix` is about; `undefined` for every other command. */
  readonly branch: PushedBranch | undefined;
}

/**
 * Returns what the journal gets for a command, one fact after the other; each is asked for again on
 * the tip it is appended to, and is nothing where the command changes nothing.
 */
export function factsOfCommand(
  command: Command,
  { by, at }: Speaker,
  { branch, retry }: CommandContext,
): readonly ((tip: JournalState) => JournalFact | undefined)[] {
  switch (command.type) {
    case "pause":
      return [(tip) => pauseFact(tip, by)];
    case "stop":
      return [(tip) => pauseFact(tip, by), (tip) => stopFact(tip, "fleet-stop", { by })];
    case "resume":
      return [(tip) => resumeFact(tip, by)];
    case "start":
      return [(tip) => resumeFact(tip, by), (tip) => targetFact(tip, command.count, by)];
    case "status":
      return [];
    case "retry":
      return [
        ({ issues }) =>
          mayRetry(issues.get(command.issue))
            ? { type: "retry-requested", issue: command.issue, by, at }
            : undefined,
      ];
    case "approve":
      return [(tip) => approveFact(tip, command.issue, { by, at })];
    case "approve-anyway":
      return [(tip) => approveAnywayFact(tip, command.issue, by)];
    case "manual-fix": {
      const wish = { issue: command.issue, by };
      return branch === undefined ? [] : [(tip) => manualFixFact(tip, wish, branch, retry)];
    }
    case "reject":
    case "cancel":
      return [(tip) => cancelFact(tip, command.issue, { by, at })];
  }
}

/** The words of one person count once, in whatever order they are journalled. */
function approveFact(
  tip: JournalState,
  issue: number,
  { by, at }: Speaker,
): JournalFact | undefined {
  const said = recallRecord(tip, issue)?.said;
  const isNews = said === undefined || isAfter(at, said.at);
  return isNews ? { type: "approve-requested", issue, by, at } : undefined;
}

/** Only work that waits for a person as a pull request can be approved as it is. */
function approveAnywayFact(tip: JournalState, issue: number, by: string): JournalFact | undefined {
  const { result, claim, ended } = tip.issues.get(issue) ?? {};
  const isWaiting =
    result?.outcome === "needs-human" &&
    result.headSha !== undefined &&
    claim === undefined &&
    ended === undefined;
  return isWaiting ? { type: "approved-anyway", issue, by, score: result.score } : undefined;
}

/** A session is asked to end, and its delivery with it; without one the delivery ends at once. */
function cancelFact(
  tip: JournalState,
  issue: number,
  { by, at }: Speaker,
): JournalFact | undefined {
  const record = recallRecord(tip, issue) ?? newRecord(issue);
  if (record.claim !== undefined) {
    return stopFact(tip, "cancelled", { by, only: issue });
  }
  const end = { ended: "cancelled", at, by, pullRequest: undefined, kind: undefined } as const;
  return record.ended === undefined
    ? { type: "ended", deliveries: [historyEntry(record, end)] }
    : undefined;
}

function pauseFact(tip: JournalState, by: string): JournalFact | undefined {
  const pause: FleetPause = {
    reason: "command",
    detail: `Paused by ${by}.`,
    until: undefined,
    baseSha: undefined,
  };
  return tip.fleet.pause === undefined ? { type: "paused", by, pause } : undefined;
}

function resumeFact(tip: JournalState, by: string): JournalFact | undefined {
  const isHeld =
    tip.fleet.pause !== undefined || tip.fleet.offline.length > 0 || tip.fleet.full.length > 0;
  return isHeld ? { type: "resumed", by } : undefined;
}

function targetFact(
  { fleet }: JournalState,
  count: number | undefined,
  by: string,
): JournalFact | undefined {
  return fleet.target === undefined && count === undefined
    ? undefined
    : { type: "target-set", count, by };
}

/** Asks the sessions that run to end: all of them, or the one of an issue. */
function stopFact(
  tip: JournalState,
  reason: StopReason,
  { by, only }: { readonly by: string; readonly only?: number },
): JournalFact | undefined {
  const stops = [...tip.issues.values()].flatMap(({ issue, claim }) =>
    claim === undefined || (only !== undefined && issue !== only)
      ? []
      : [{ issue, claim: claim.nonce, reason, by }],
  );
  const due = stopsDue(stops, tip);
  return due.length === 0 ? undefined : { type: "stop-requested", stops: due };
}

/** Only a delivery that stopped can be started over; work that is open or merged is not thrown away. */
function mayRetry(record: IssueRecord | undefined): boolean {
  return (
    record?.result !== undefined &&
    record.result.outcome !== "delivered" &&
    record.claim === undefined &&
    record.ended === undefined
  );
}
