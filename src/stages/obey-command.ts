import type { Configuration } from "../core/configuration.ts";
import type { Command } from "../core/fleet/commands.ts";
import { type PushedBranch, refuseManualFix } from "../core/fleet/manual-fix.ts";
import { factsOfCommand } from "../core/fleet/obey.ts";
import type { Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { World } from "../ports/world.ts";
import { makeWriter } from "./writer.ts";

export interface CommandPorts {
  readonly world: World;
  readonly journal: Journal;
  readonly log: Log;
  /** Tip of a branch of the repository, read by git; `undefined` = it does not exist. */
  readonly tryReadBranch: (branch: string) => Promise<string | undefined>;
}

export interface CommandInputs {
  readonly command: Command;
  /** Login of whoever gave it. */
  readonly by: string;
  /** When it was given: ISO 8601, UTC. */
  readonly at: string;
  readonly configuration: Pick<Configuration, "branchPrefix" | "retry">;
  readonly dryRun: boolean;
}

/**
 * Journals a person's wish, so that it cannot be lost with a pending run [F51]; the tick that
 * follows acts on it; `status` changes nothing. Returns false when that person has no write permission:
 * then nothing is written, and nothing answered.
 */
export async function obeyCommand(ports: CommandPorts, inputs: CommandInputs): Promise<boolean> {
  const { by, at, command, configuration } = inputs;
  const permission = (await ports.world.readPermissions([by])).get(by) ?? "none";
  if (permission !== "admin" && permission !== "maintain" && permission !== "write") {
    ports.log.notice(`${by} has no write permission, so '${command.type}' is not obeyed.`);
    return false;
  }
  if (command.type === "status") {
    return true;
  }
  const writer = makeWriter(ports, inputs);
  const branch = await readFixedBranch(ports, inputs);
  const { retry } = configuration;
  let changes = 0;
  for (const decide of factsOfCommand(command, { by, at }, { branch, retry })) {
    const appended = await writer.event(decide);
    changes += appended === undefined ? 0 : 1;
  }
  if (changes === 0 && !inputs.dryRun) {
    const why = branch === undefined ? undefined : await whyNotFixed(ports, inputs, branch);
    ports.log.notice(
      why ??
        `'${command.type}' changes nothing: that is how it stands already, or there is nothing that it applies to.`,
    );
  }
  return true;
}

/** The writer's word is about what lies on the branch now, so that is read before it is journalled. */
async function readFixedBranch(
  { tryReadBranch }: CommandPorts,
  { command, configuration }: CommandInputs,
): Promise<PushedBranch | undefined> {
  if (command.type !== "manual-fix") {
    return undefined;
  }
  const name = `${configuration.branchPrefix}${command.issue}`;
  return { name, tip: await tryReadBranch(name) };
}

async function whyNotFixed(
  { journal }: CommandPorts,
  { command, configuration }: CommandInputs,
  branch: PushedBranch,
): Promise<string | undefined> {
  if (command.type !== "manual-fix") {
    return undefined;
  }
  const record = (await journal.read()).issues.get(command.issue);
  const refusal = refuseManualFix(record, branch, configuration.retry);
  return refusal === undefined
    ? undefined
    : `'manual-fix' of #${command.issue} is refused. ${refusal}`;
}
