import type { Configuration } from "../configuration.ts";
import type { Approval, Claim, FleetRecord, IssueRecord } from "../journal/records.ts";
import { addSeconds, secondsBetween } from "../text/instant.ts";

const HOUR_SECONDS = 3_600;

/** Times of the deliveries that each person started within the hour before a moment, oldest first. */
export type RecentStarts = ReadonlyMap<string, readonly string[]>;

/**
 * Returns whose start the next claim of an issue is, or `undefined` when it is none: a start is the
 * first session after a person's word. Retries, claims that were given back, and the checks of a
 * manual fix go on with what was started before [N26].
 */
export function starterOf(
  record: Pick<IssueRecord, "attempts" | "result" | "manualFix" | "retriedBy"> | undefined,
  approval: Pick<Approval, "by"> | undefined,
): string | undefined {
  const isBegun =
    record !== undefined &&
    (record.attempts > 0 ||
      record.manualFix !== undefined ||
      record.result?.outcome === "returned");
  return isBegun ? undefined : (record?.retriedBy ?? approval?.by);
}

export function listRecentStarts(
  { starts }: Pick<FleetRecord, "starts">,
  now: string,
): RecentStarts {
  const recent = new Map<string, string[]>();
  for (const { by, at } of starts) {
    if ((secondsBetween(at, now) ?? Infinity) < HOUR_SECONDS) {
      const known = recent.get(by);
      if (known === undefined) {
        recent.set(by, [at]);
      } else {
        known.push(at);
      }
    }
  }
  return recent;
}

/** When this person's next delivery may start, when it may not now: ISO 8601, UTC [N26]. */
export function startsAgainAt(
  by: string,
  starts: RecentStarts,
  { startsPerActor }: Pick<Configuration, "startsPerActor">,
): string | undefined {
  const times = starts.get(by) ?? [];
  const freed = times[times.length - startsPerActor];
  return freed === undefined ? undefined : addSeconds(freed, HOUR_SECONDS);
}

/** The people who may start nothing now, each with the time when that ends. */
export function listHeldStarters(
  fleet: Pick<FleetRecord, "starts">,
  now: string,
  configuration: Pick<Configuration, "startsPerActor">,
): ReadonlyMap<string, string> {
  const starts = listRecentStarts(fleet, now);
  return new Map(
    [...starts.keys()].flatMap((by) => {
      const until = startsAgainAt(by, starts, configuration);
      return until === undefined ? [] : [[by, until] as const];
    }),
  );
}

/** Notes the starts among the claims of a tick; those of older journals do not say so. */
export function noteStarts(fleet: FleetRecord, claims: readonly Claim[]): FleetRecord {
  const begun = claims.flatMap(({ startedBy, at }) =>
    startedBy === undefined ? [] : [{ by: startedBy, at }],
  );
  const [first] = begun;
  if (first === undefined) {
    return fleet;
  }
  const kept = fleet.starts.filter(
    ({ at }) => (secondsBetween(at, first.at) ?? Infinity) < HOUR_SECONDS,
  );
  return { ...fleet, starts: [...kept, ...begun] };
}
