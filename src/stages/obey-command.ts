import type { Command } from "../core/fleet/commands.ts";
import { factsOfCommand } from "../core/fleet/obey.ts";
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
  /** When it was given: ISO 8601, UTC. */
  readonly at: string;
  readonly dryRun: boolean;
}

/**
 * Journals a person's wish, so that it cannot be lost with a pending run [F51]; the tick that
 * follows acts on it. Returns false when that person has no write permission: then nothing is written.
 */
export async function obeyCommand(ports: CommandPorts, inputs: CommandInputs): Promise<boolean> {
  const { by, at, command } = inputs;
  const permission = (await ports.world.readPermissions([by])).get(by) ?? "none";
  if (permission !== "admin" && permission !== "maintain" && permission !== "write") {
    ports.log.notice(`${by} has no write permission, so '${command.type}' is not obeyed.`);
    return false;
  }
  const writer = makeWriter(ports, inputs);
  let changes = 0;
  for (const decide of factsOfCommand(command, { by, at })) {
    const appended = await writer.event(decide);
    changes += appended === undefined ? 0 : 1;
  }
  if (changes === 0 && !inputs.dryRun) {
    ports.log.notice(
      `'${command.type}' changes nothing: that is how it stands already, or there is nothing that it applies to.`,
    );
  }
  return true;
}
