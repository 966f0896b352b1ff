import type {
  Claim,
  FleetRecord,
  IssueRecord,
  JournalState,
} from "../../../src/core/journal/records.ts";
import type { ObservedIssue, ObservedRun } from "../../../src/core/observation.ts";
import type { Journal } from "../../../src/ports/journal.ts";
import type { World } from "../../../src/ports/world.ts";
import type { Leg } from "../runs.ts";

/** The world lists only some of the runs that are under way. */
export function withRuns(world: World, keeps: (run: ObservedRun, now: string) => boolean): World {
  return {
    ...world,
    observe: async (query) => {
      const seen = await world.observe(query);
      return {
        ...seen,
        runs: seen.runs.filter((run) => run.status === "completed" || keeps(run, seen.at)),
      };
    },
  };
}

/** The world shows other issues than there are. */
export function withIssues(world: World, change: (issue: ObservedIssue) => ObservedIssue): World {
  return {
    ...world,
    observe: async (query) => {
      const seen = await world.observe(query);
      const issues = new Map([...seen.issues].map(([number, issue]) => [number, change(issue)]));
      return { ...seen, issues };
    },
  };
}

/** Every decision sees another fleet than the journal's. */
export function withFleet(journal: Journal, change: (fleet: FleetRecord) => FleetRecord): Journal {
  return {
    read: () => journal.read(),
    append: (decide, alongside) =>
      journal.append((tip) => decide({ ...tip, fleet: change(tip.fleet) }), alongside),
  };
}

/** The leg sees another claim of its own than the journal's. */
export function withClaim(
  journal: Journal,
  { claim }: Leg,
  change: (claim: Claim) => Claim,
): Journal {
  const seen = (state: JournalState): JournalState => {
    const record = state.issues.get(claim.issue);
    return record?.claim?.nonce === claim.nonce
      ? withRecord(state, { ...record, claim: change(record.claim) })
      : state;
  };
  return {
    read: async () => seen(await journal.read()),
    append: (decide, alongside) => journal.append((tip) => decide(seen(tip)), alongside),
  };
}

/** The journal holds this record in the place of that issue's. */
export function withRecord(state: JournalState, record: IssueRecord): JournalState {
  return { ...state, issues: new Map([...state.issues, [record.issue, record]]) };
}

/** The record of an issue has another count of attempts. */
export function withAttempts(state: JournalState, issue: number, attempts: number): JournalState {
  const record = state.issues.get(issue);
  return record === undefined ? state : withRecord(state, { ...record, attempts });
}

/** The claims that are live. */
export function claimsOf({ issues }: JournalState): readonly Claim[] {
  return [...issues.values()].flatMap(({ claim }) => claim ?? []);
}
