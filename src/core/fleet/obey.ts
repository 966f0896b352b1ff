import type { JournalFact } from "../journal/events.ts";
import type { FleetPause, IssueRecord, JournalState, StopReason } from "../journal/records.ts";
import type { Command } from "./commands.ts";
import { stopsDue } from "./stops.ts";

/**
 * Returns what the journal gets for a command, one fact after the other; each is asked for again on
 * the tip it is appended to, and is nothing where the command changes nothing.
 */
export function factsOfCommand(
  command: Command,
  by: string,
): readonly ((tip: JournalState) => JournalFact | undefined)[] {
  switch (command.type) {
    case "pause":
      return [(tip) => pauseFact(tip, by)];
    case "stop":
      return [(tip) => pauseFact(tip, by), (tip) => stopFact(tip, "fleet-stop")];
    case "resume":
      return [(tip) => resumeFact(tip, by)];
    case "start":
      return [(tip) => resumeFact(tip, by), (tip) => targetFact(tip, command.count, by)];
    case "retry":
      return [
        ({ issues }) =>
          mayRetry(issues.get(command.issue))
            ? { type: "retry-requested", issue: command.issue, by }
            : undefined,
      ];
    case "cancel":
      return [(tip) => stopFact(tip, "cancelled", command.issue)];
  }
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
  const isHeld = tip.fleet.pause !== undefined || tip.fleet.offline.length > 0;
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
function stopFact(tip: JournalState, reason: StopReason, only?: number): JournalFact | undefined {
  const stops = [...tip.issues.values()].flatMap(({ issue, claim }) =>
    claim === undefined || (only !== undefined && issue !== only)
      ? []
      : [{ issue, claim: claim.nonce, reason }],
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
