import type { Command } from "../core/fleet/commands.ts";
import type { JournalFact } from "../core/journal/events.ts";
import type { IssueRecord, JournalState } from "../core/journal/records.ts";
import type { Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { World } from "../ports/world.ts";
import { makeWriter } from "./writer.ts";

export interface CommandPorts {
  readonly world: World;
  readonly journal: Journal;
  readonly log: Log;
}

export interface CommandInputs {
  readonly command: Command;
  /** Login of whoever gave it. */
  readonly by: string;
  readonly dryRun: boolean;
}

/**
 * Journals a person's wish, so that it cannot be lost with a pending run [F51]; the tick that
 * follows acts on it. Returns false when that person has no write permission: then nothing is written.
 */
export async function obeyCommand(ports: CommandPorts, inputs: CommandInputs): Promise<boolean> {
  const { by, command } = inputs;
  const permission = (await ports.world.readPermissions([by])).get(by) ?? "none";
  if (permission !== "admin" && permission !== "maintain" && permission !== "write") {
    ports.log.notice(`${by} has no write permission, so '${command.type}' is not obeyed.`);
    return false;
  }
  const writer = makeWriter(ports, inputs);
  const appended = await writer.event((tip) => commandFact(command, by, tip));
  if (appended === undefined && !inputs.dryRun) {
    ports.log.notice(`'${command.type}' changes nothing: that is how it stands already.`);
  }
  return true;
}

function commandFact(command: Command, by: string, tip: JournalState): JournalFact | undefined {
  switch (command.type) {
    case "pause":
      return tip.fleet.pause === undefined
        ? {
            type: "paused",
            by,
            pause: {
              reason: "command",
              detail: `Paused by ${by}.`,
              until: undefined,
              baseSha: undefined,
            },
          }
        : undefined;
    case "resume":
      return tip.fleet.pause === undefined ? undefined : { type: "resumed", by };
    case "retry":
      return mayRetry(tip.issues.get(command.issue))
        ? { type: "retry-requested", issue: command.issue, by }
        : undefined;
  }
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
