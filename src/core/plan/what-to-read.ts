import type { Configuration } from "../configuration.ts";
import type { IssueRecord, JournalState } from "../journal/records.ts";
import type { Observation, ObservedIssue, Permission } from "../observation.ts";
import { isAfter } from "../text/instant.ts";
import { LabelReader } from "../text/label-reading.ts";
import { planTick } from "./plan.ts";
import { listRestsOn } from "./rests-on.ts";
import { listSlots } from "./slots.ts";
import { listPermissionQuestions } from "./trust.ts";
import { listUnknownReferences } from "./unknown-references.ts";

/** What is known before issues are read by number. */
export type Seen = Pick<
  Observation,
  "at" | "repository" | "issues" | "unreadable" | "pullRequests" | "stale"
>;

export interface ReadingContext {
  readonly journal: JournalState;
  readonly configuration: Configuration;
}

/** Candidates that are verified beyond the slots, because some of them turn out not to start. */
const SPARE_CANDIDATES = 5;

/** The verification of one tick stops at so many issues, after the first candidate. */
const MAX_TO_VERIFY = 60;

/** Refused issues whose approval is looked at again in each tick; the others wait for a full reading. */
const MAX_REFUSED = 50;

/**
 * Lists the issues that a tick must read by number: what it may write about in the journal, what it
 * may start with everything that rests on, and what is referred to and not known. A decision is
 * never made on what a snapshot says [N35, F106].
 */
export function listMustRead(seen: Seen, context: ReadingContext): readonly number[] {
  const { journal, configuration } = context;
  const records = [...journal.issues.values()];
  return [
    ...records.filter(isUnderWay).map(({ issue }) => issue),
    ...listUnsettled(seen, records, configuration.triggerLabel),
    ...listUnknownReferences(seen.issues, seen.repository.name, journal, configuration),
    ...listToVerify(seen, context),
  ];
}

/**
 * Lists what is read when a request has room for it, the most important first: what has just ended,
 * whose label and comment may be missing; refused issues, whose people may have got permission.
 */
export function listIfRoom(
  seen: Seen,
  { journal, configuration }: ReadingContext,
  since: string,
): readonly number[] {
  const ended = [...journal.issues.values()]
    .filter((record) => !isUnderWay(record) && isAfter(endOf(record), since))
    .toSorted((a, b) => (isAfter(endOf(a), endOf(b)) ? -1 : 1))
    .map(({ issue }) => issue);
  const reader = new LabelReader(configuration.triggerLabel);
  const refused = [...seen.stale].filter((number) => {
    const issue = seen.issues.get(number);
    const record = journal.issues.get(number);
    const isApproved = record?.ended === undefined && record?.approval !== undefined;
    return issue?.state === "open" && !isApproved && reader.read(issue.labels).isTriggered;
  });
  return [...ended, ...refused.slice(0, MAX_REFUSED)];
}

/**
 * Has a claim, a manual fix that waits, or work on a branch, and its delivery has not ended: its
 * label and comment move.
 */
function isUnderWay({ claim, result, manualFix, ended }: IssueRecord): boolean {
  const moves = claim !== undefined || manualFix !== undefined || result?.headSha !== undefined;
  return ended === undefined && moves;
}

/** When the last attempt or the delivery ended. */
function endOf({ result, endedAt }: IssueRecord): string | undefined {
  return endedAt ?? result?.at;
}

/** Deliveries that go on, of issues that seem closed, unlabelled or gone. */
function listUnsettled(
  { issues, stale }: Seen,
  records: readonly IssueRecord[],
  triggerLabel: string,
): readonly number[] {
  const reader = new LabelReader(triggerLabel);
  return records
    .filter(({ issue, ended }) => {
      const observed = issues.get(issue);
      const isGoing = observed?.state === "open" && reader.read(observed.labels).isTriggered;
      return ended === undefined && !isGoing && (observed === undefined || stale.has(issue));
    })
    .map(({ issue }) => issue);
}

/** What the issues that may start in this tick rest on, in the order of the plan. */
function listToVerify(seen: Seen, context: ReadingContext): readonly number[] {
  if (seen.stale.size === 0) {
    return [];
  }
  const { configuration } = context;
  const { maxParallel, machines } = configuration;
  const slots = Math.min(maxParallel, listSlots(machines).length);
  const { ready } = planOptimistically(seen, context);
  const reader = new LabelReader(configuration.triggerLabel);
  const found = new Set<number>();
  for (const issue of ready.slice(0, slots + SPARE_CANDIDATES)) {
    const restsOn = listRestsOn(issue, {
      repository: seen.repository.name,
      sources: configuration.dependencySources,
      readLabels: ({ labels }: ObservedIssue) => reader.read(labels),
      issues: seen.issues,
    });
    if (found.size > 0 && found.size + restsOn.size > MAX_TO_VERIFY) {
      break;
    }
    for (const number of restsOn) {
      found.add(number);
    }
  }
  return [...found].filter((number) => seen.stale.has(number) || !seen.issues.has(number));
}

/** A plan in which everybody who has to be asked may write, and every claim lives. */
function planOptimistically(
  seen: Seen,
  { journal, configuration }: ReadingContext,
): ReturnType<typeof planTick> {
  const trust = { repository: seen.repository, configuration, stale: seen.stale };
  const logins = listPermissionQuestions(seen.issues.values(), journal.issues, {
    ...trust,
    permissions: new Map(),
  });
  const claims = [...journal.issues.values()].flatMap(({ claim }) => claim ?? []);
  return planTick({
    observation: {
      ...seen,
      milestones: [],
      runs: [],
      commented: new Set(),
      apiRemaining: undefined,
      rememberedSeq: undefined,
    },
    journal,
    permissions: new Map(logins.map((login): [string, Permission] => [login, "write"])),
    configuration,
    now: seen.at,
    busySlots: [],
    liveClaims: new Map(claims.map((claim) => [claim.issue, claim])),
    history: [],
    credential: "present",
  });
}
