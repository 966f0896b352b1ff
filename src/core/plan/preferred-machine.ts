import type { IssueRecord } from "../journal/records.ts";
import { secondsBetween } from "../text/instant.ts";

/** So long after its last attempt ended a retry is better off where that was [N11]. */
const PREFERENCE_SECONDS = 30 * 60;

/**
 * The machine that a retry should get a free slot of, because its conversation and its rescued work
 * lie there. `undefined` = any will do. It never waits for it.
 */
export function preferredMachine(
  record: Pick<IssueRecord, "result"> | undefined,
  now: string,
): string | undefined {
  const result = record?.result;
  if (result?.outcome !== "retry") {
    return undefined;
  }
  const seconds = secondsBetween(result.at, now) ?? Infinity;
  return seconds <= PREFERENCE_SECONDS ? result.machine : undefined;
}
