/** Where a session needs room, and how much there is. */
export interface FreeSpace {
  readonly directory: string;
  readonly freeBytes: number;
}

const GIGABYTE = 10 ** 9;

/** With less than this no session can work, whatever the configuration says. */
const LEAST_FREE_BYTES = GIGABYTE;

/** The cause of a claim that is given back because its machine has too little room [W30c]. */
export const MACHINE_FULL = "machine-full";

/**
 * Says where a machine has too little room for a session, and what to do; `undefined` = nowhere.
 * `minFreeBytes` is `workspace.min-free-disk`, which can only ask for more [W30c].
 */
export function findShortage(
  spaces: readonly FreeSpace[],
  minFreeBytes: number | undefined,
): string | undefined {
  const asked = minFreeBytes ?? 0;
  const needed = Math.max(asked, LEAST_FREE_BYTES);
  const short = spaces.find(({ freeBytes }) => freeBytes < needed);
  if (short === undefined) {
    return undefined;
  }
  const whose =
    asked > LEAST_FREE_BYTES ? "of 'workspace.min-free-disk'" : "that every session needs";
  return (
    `There are ${inGigabytes(short.freeBytes)} free at ${short.directory}, less than the ` +
    `${inGigabytes(needed)} ${whose}. Remove old runner folders (_work, _diag) or caches.`
  );
}

function inGigabytes(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
