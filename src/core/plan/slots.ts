import type { Configuration } from "../configuration.ts";

/** A place for one session at a time: `mac-1/2` is the second slot of `mac-1`. */
export interface Slot {
  readonly slot: string;
  readonly machine: string;
}

/** No machine runs more sessions than this, whatever the settings say. */
const MAX_SLOTS_PER_MACHINE = 100;

/** Lists every slot, machine by machine in the configured order [D4]. */
export function listSlots(machines: Configuration["machines"]): readonly Slot[] {
  const slots = new Map<string, Slot>();
  for (const { name, slots: count } of machines) {
    for (let number = 1; number <= Math.min(count, MAX_SLOTS_PER_MACHINE); number += 1) {
      const slot = `${name}/${number}`;
      slots.set(slot, { slot, machine: name });
    }
  }
  return [...slots.values()];
}

export interface SlotUse {
  /** Slots that nobody works in, in first-fit order. */
  readonly free: readonly Slot[];
  /** So many of them may take a session now: never more than may run at once. */
  readonly allowed: number;
  readonly busy: number;
  readonly offline: number;
}

/**
 * Subtracts the busy and the offline slots. A busy slot that is not configured any more still
 * counts against `maxParallel`: its session runs [W26].
 */
export function findFreeSlots(
  configuration: Pick<Configuration, "machines" | "maxParallel">,
  busySlots: Iterable<string>,
  offlineSlots: Iterable<string>,
): SlotUse {
  const busy = new Set(busySlots);
  const offline = new Set([...offlineSlots].filter((slot) => !busy.has(slot)));
  const free = listSlots(configuration.machines).filter(
    ({ slot }) => !busy.has(slot) && !offline.has(slot),
  );
  const allowed = Math.min(free.length, Math.max(0, configuration.maxParallel - busy.size));
  return { free, allowed, busy: busy.size, offline: offline.size };
}
