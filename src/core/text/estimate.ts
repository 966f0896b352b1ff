/** Longest estimate that counts: six weeks of agent time, far above any single session. */
export const MAX_ESTIMATE_MINUTES = 60_000;

const ESTIMATE_PREFIX = /^estimated?[ \t]*:/i;
const ESTIMATE = /^estimated:(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/;

/** Tells whether a label wants to be an estimate, well-formed or not. */
export function isEstimateLabel(label: string): boolean {
  return ESTIMATE_PREFIX.test(label);
}

/**
 * Reads `estimated:16h`, `estimated:30m` or `estimated:1h30m` into minutes; `undefined` for any
 * other label, for 0, and for more than `MAX_ESTIMATE_MINUTES`.
 */
export function parseEstimate(label: string): number | undefined {
  const match = ESTIMATE.exec(label);
  if (match === null) {
    return undefined;
  }
  const minutes = Number(match[1] ?? 0) * 60 + Number(match[2] ?? 0);
  return minutes >= 1 && minutes <= MAX_ESTIMATE_MINUTES ? minutes : undefined;
}

/** Writes the label of an estimate; `parseEstimate` reads it back. */
export function formatEstimate(minutes: number): string {
  return `estimated:${formatMinutes(minutes)}`;
}

/** `30m`, `16h`, `1h30m`: whole minutes as people write them. */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return `${hours > 0 ? `${hours}h` : ""}${rest > 0 || hours === 0 ? `${rest}m` : ""}`;
}
