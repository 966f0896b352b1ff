import type { Claim, FleetRecord, FullMachine, Result } from "../journal/records.ts";
import { MACHINE_FULL } from "../session/free-space.ts";
import { secondsBetween } from "../text/instant.ts";

/**
 * So long nothing is put on a machine that gave a claim back for lack of room. It ends its jobs faster
 * than any other, so without this it would be given issue after issue, each until its claims are a
 * storm, while nothing on it changes [F16, W30c].
 */
const SET_ASIDE_SECONDS = 30 * 60;

/** Notes that a claim came back from a full machine. */
export function noteFull(fleet: FleetRecord, claim: Claim, result: Result): FleetRecord {
  // Journals that are older than the field `machine` fold as they did.
  if (result.cause !== MACHINE_FULL || result.machine === undefined) {
    return fleet;
  }
  const { machine } = claim;
  const others = listFullMachines(fleet, result.at).filter((known) => known.machine !== machine);
  return { ...fleet, full: [...others, { machine, since: result.at }] };
}

/** The machines that nothing is put on now, because they were full a while ago. */
export function listFullMachines(
  { full }: Pick<FleetRecord, "full">,
  now: string,
): readonly FullMachine[] {
  return full.filter(({ since }) => (secondsBetween(since, now) ?? Infinity) < SET_ASIDE_SECONDS);
}
