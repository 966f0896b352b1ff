import type { JournalEvent } from "../../src/core/journal/events.ts";
import { applyEvent } from "../../src/core/journal/fold.ts";
import type {
  Claim,
  FleetRecord,
  IssueRecord,
  JournalState,
} from "../../src/core/journal/records.ts";
import type { ObservedIssue, ObservedJob, ObservedRun } from "../../src/core/observation.ts";
import type { FinalizeRerun, TickPlan } from "../../src/core/plan/tick-plan.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { World } from "../../src/ports/world.ts";
import type { PureWorld } from "../world/pure-world.ts";
import type { Leg } from "./runs.ts";
import type { SharedJournal } from "./shared-journal.ts";

export type JobKind = "plan" | "session" | "finalize" | "command";

/** A planted mistake: what it puts in the place of a port, of a stage's result, or of a pure function. */
export interface Mutant {
  readonly name: string;
  /** The mistake, in words. */
  readonly mistake: string;
  readonly ignoresLease?: boolean;
  readonly fold?: typeof applyEvent;
  readonly losesKicks?: boolean;
  readonly journal?: (
    journal: Journal,
    at: { readonly job: JobKind; readonly leg: Leg | undefined; readonly shared: SharedJournal },
  ) => Journal;
  readonly world?: (
    world: World,
    at: { readonly job: JobKind; readonly leg: Leg | undefined; readonly model: PureWorld },
  ) => World;
  readonly tick?: (
    tick: TickPlan,
    at: { readonly model: PureWorld; readonly shared: SharedJournal },
  ) => TickPlan;
}

/** The mistakes that are most likely to be made here; each must be caught within a few hundred histories. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "drop-lease",
    mistake: "A push lands although somebody else was faster.",
    ignoresLease: true,
  },
  {
    name: "count-late",
    mistake: "Attempts are counted when the session has ended.",
    fold: (state, event) => countingLate(state, event),
  },
  {
    name: "returned-counts",
    mistake: "A claim that was given back counts as an attempt.",
    fold: (state, event) => {
      const { fact } = event;
      const before = fact.type === "result" ? state.issues.get(fact.issue) : undefined;
      return before === undefined
        ? applyEvent(state, event)
        : withAttempts(applyEvent(state, event), before.issue, before.attempts);
    },
  },
  {
    name: "trust-label",
    mistake: "What is labelled state:ready is ready.",
    tick: (tick, { model }) => {
      const shown = tick.plan.rows.filter(
        ({ issue, state }) =>
          state !== "ready" && model.issue(issue).labels.includes("state:ready"),
      );
      const ready = [...shown.map(({ issue }) => issue), ...tick.plan.ready];
      return { ...tick, plan: { ...tick.plan, ready } };
    },
  },
  {
    name: "unlisted-is-dead",
    mistake: "A claim whose job is not listed yet is dead.",
    world: (world, { job }) =>
      job === "plan" ? withRuns(world, ({ jobs }) => jobs.some(isSession)) : world,
  },
  {
    name: "silence-is-death",
    mistake: "A session that has run for 20 minutes is dead.",
    world: (world, { job }) =>
      job === "plan"
        ? withRuns(world, ({ jobs }, now) => !jobs.some((one) => isOld(one, now)))
        : world,
  },
  {
    name: "slot-until-finalize",
    mistake: "A slot is free only when finalize has ended.",
    tick: (tick, { shared }) => ({
      ...tick,
      busySlots: claimsOf(shared.state).map(({ slot }) => slot),
    }),
  },
  {
    name: "slot-at-once",
    mistake: "A slot is free as soon as its claim was looked at.",
    tick: (tick) => ({ ...tick, busySlots: [] }),
  },
  {
    name: "forget-text",
    mistake: "The start does not compare the text with the approved one.",
    world: (world, { job, leg }) =>
      job === "session" && leg !== undefined
        ? withIssues(world, (issue) => ({ ...issue, textHash: leg.claim.textHash }))
        : world,
  },
  {
    name: "ignore-blockers",
    mistake: "Open blockers keep nothing from starting.",
    world: (world, { job }) => (job === "plan" ? withIssues(world, withoutBlockers) : world),
  },
  {
    name: "trust-everybody",
    mistake: "Everybody who sets the label counts as a writer.",
    world: (world) => ({
      ...world,
      readPermissions: async (logins) => new Map(logins.map((login) => [login, "write"])),
    }),
  },
  {
    name: "repeat-comment",
    mistake: "A comment is made without looking for the one that is there.",
    world: (world, { model }) => ({
      ...world,
      apply: (effects) => {
        for (const effect of effects) {
          if (effect.type === "comment-once" || effect.type === "write-status-comment") {
            const comments = model.comments.get(effect.issue) ?? [];
            model.comments.set(effect.issue, [...comments, ...comments.slice(0, 1)]);
          }
        }
        return world.apply(effects);
      },
    }),
  },
  {
    name: "lose-kicks",
    mistake: "No kick and no cron ever arrives.",
    losesKicks: true,
  },
  {
    name: "foreign-claim",
    mistake: "finalize takes whatever claim the issue has for its own.",
    journal: (journal, { job, leg }) =>
      job === "finalize" && leg !== undefined ? takingForOwn(journal, leg) : journal,
  },
  {
    name: "ignore-tip",
    mistake: "Claims are decided on the journal as the tick first saw it.",
    journal: (journal, { job }) => (job === "plan" ? decidingOnFirst(journal) : journal),
  },
  {
    name: "ignore-pause",
    mistake: "A pause is looked at only when the plan is made.",
    journal: (journal, { job }) =>
      job === "plan" ? withFleet(journal, (fleet) => ({ ...fleet, pause: undefined })) : journal,
  },
  {
    name: "ignore-offline",
    mistake: "A slot whose job no runner took gets the next job all the same.",
    journal: (journal, { job }) =>
      job === "plan" ? withFleet(journal, (fleet) => ({ ...fleet, offline: [] })) : journal,
  },
  {
    name: "forget-reruns",
    mistake: "A run attempt in which a finalize was started again counts as somebody else's.",
    fold: (state, event) => withoutReruns(applyEvent(state, event)),
  },
  {
    name: "all-at-once",
    mistake: "All dead finalizes of a run are started again at once, whatever the tip says.",
    tick: (tick, { shared }) => ({
      ...tick,
      reruns: tick.reruns.flatMap((rerun) => withSiblings(rerun, shared.state)),
    }),
    journal: (journal, { job }) => (job === "plan" ? knowingFirstReruns(journal) : journal),
  },
  {
    name: "ignore-full",
    mistake: "A machine that gave a claim back for lack of room gets the next one all the same.",
    journal: (journal, { job }) =>
      job === "plan" ? withFleet(journal, (fleet) => ({ ...fleet, full: [] })) : journal,
  },
  {
    name: "branch-later",
    mistake: "The result is journalled without the branch beside it.",
    journal: (journal, { job }) =>
      job === "finalize"
        ? { read: () => journal.read(), append: (decide) => journal.append(decide) }
        : journal,
  },
  {
    name: "deliver-tip",
    mistake: "A manual fix delivers whatever lies on its branch by now.",
    journal: (journal, { job, leg, shared }) =>
      job === "finalize" && leg?.claim.manualFix !== undefined
        ? withClaim(journal, leg, (claim) => fixOf(claim, shared.branches))
        : journal,
  },
  {
    name: "fix-is-ours",
    mistake: "A commit of people's that was checked counts as our own push from then on.",
    fold: (state, event) => {
      const { fact } = event;
      const after = applyEvent(state, event);
      const record = fact.type === "result" ? after.issues.get(fact.issue) : undefined;
      return fact.type === "result" && record !== undefined && fact.result.headSha !== undefined
        ? withRecord(after, { ...record, branchSha: fact.result.headSha })
        : after;
    },
  },
  {
    name: "fix-counts",
    mistake: "The checks of a manual fix count as an attempt.",
    fold: (state, event) => {
      const { fact } = event;
      const fixes =
        fact.type === "dispatched" ? fact.claims.filter(({ manualFix }) => manualFix) : [];
      return fixes.reduce(
        (tip, { issue }) => withAttempts(tip, issue, (state.issues.get(issue)?.attempts ?? 0) + 1),
        applyEvent(state, event),
      );
    },
  },
  {
    name: "fix-by-agent",
    mistake: "A session runs for a manual fix.",
    journal: (journal, { job, leg }) =>
      job === "session" && leg !== undefined
        ? withClaim(journal, leg, (claim) => ({ ...claim, manualFix: undefined }))
        : journal,
  },
  {
    name: "ignore-stop",
    mistake: "A session looks at the journal once, and never again.",
    journal: (journal, { job }) => {
      let first: Promise<JournalState> | undefined;
      return job === "session" ? { ...journal, read: () => (first ??= journal.read()) } : journal;
    },
  },
];

function countingLate(state: JournalState, event: JournalEvent): JournalState {
  const { fact } = event;
  const after = applyEvent(state, event);
  if (fact.type === "dispatched") {
    return fact.claims.reduce(
      (tip, { issue }) => withAttempts(tip, issue, state.issues.get(issue)?.attempts ?? 0),
      after,
    );
  }
  const before = fact.type === "result" ? state.issues.get(fact.issue) : undefined;
  const counts = fact.type === "result" && fact.result.outcome !== "returned" ? 1 : 0;
  return before === undefined ? after : withAttempts(after, before.issue, before.attempts + counts);
}

function withAttempts(state: JournalState, issue: number, attempts: number): JournalState {
  const record = state.issues.get(issue);
  return record === undefined ? state : withRecord(state, { ...record, attempts });
}

function withRecord(state: JournalState, record: IssueRecord): JournalState {
  return { ...state, issues: new Map([...state.issues, [record.issue, record]]) };
}

/** The leg sees another claim of its own than the journal's. */
function withClaim(journal: Journal, { claim }: Leg, change: (claim: Claim) => Claim): Journal {
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

function fixOf(claim: Claim, branches: ReadonlyMap<string, string>): Claim {
  const { manualFix } = claim;
  const headSha = branches.get(`feature/issue-${claim.issue}`);
  return manualFix === undefined || headSha === undefined
    ? claim
    : { ...claim, manualFix: { ...manualFix, headSha } };
}

function claimsOf({ issues }: JournalState): readonly Claim[] {
  return [...issues.values()].flatMap(({ claim }) => claim ?? []);
}

function withRuns(world: World, keeps: (run: ObservedRun, now: string) => boolean): World {
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

function withIssues(world: World, change: (issue: ObservedIssue) => ObservedIssue): World {
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
function withFleet(journal: Journal, change: (fleet: FleetRecord) => FleetRecord): Journal {
  return {
    read: () => journal.read(),
    append: (decide, alongside) =>
      journal.append((tip) => decide({ ...tip, fleet: change(tip.fleet) }), alongside),
  };
}

function withoutReruns(state: JournalState): JournalState {
  return { ...state, fleet: { ...state.fleet, reruns: [] } };
}

function withSiblings(rerun: FinalizeRerun, state: JournalState): readonly FinalizeRerun[] {
  const claims = claimsOf(state);
  const runId = claims.find(({ nonce }) => nonce === rerun.claim)?.runId;
  return claims
    .filter((claim) => claim.runId === runId && claim.finalizeAgainAt === undefined)
    .map(({ issue, nonce }) => ({ ...rerun, issue, claim: nonce }));
}

function knowingFirstReruns(journal: Journal): Journal {
  let first: FleetRecord["reruns"] | undefined;
  return {
    read: async () => {
      const state = await journal.read();
      first ??= state.fleet.reruns;
      return state;
    },
    append: (decide, alongside) =>
      journal.append((tip) => {
        const { fleet } = tip;
        return decide({ ...tip, fleet: { ...fleet, reruns: first ?? fleet.reruns } });
      }, alongside),
  };
}

function withoutBlockers(issue: ObservedIssue): ObservedIssue {
  return {
    ...issue,
    body: issue.body.replaceAll("Depends on", "Beside"),
    labels: issue.labels.filter((label) => !label.startsWith("blocked-by:")),
    blockedBy: [],
    openBlockerCount: 0,
  };
}

function isSession({ name }: ObservedJob): boolean {
  return name.endsWith(" / session");
}

function isOld(job: ObservedJob, now: string): boolean {
  const isRunning = isSession(job) && job.status === "in_progress";
  return isRunning && Date.parse(now) - Date.parse(job.startedAt ?? now) > 20 * 60_000;
}

function takingForOwn(journal: Journal, { claim, attempt }: Leg): Journal {
  const own = (state: JournalState): JournalState => {
    const record = state.issues.get(claim.issue);
    const { number: runAttempt } = attempt;
    const taken = { ...claim, runAttempt, finalizeAgainAt: undefined };
    return record?.claim === undefined
      ? state
      : {
          ...state,
          issues: new Map([...state.issues, [claim.issue, { ...record, claim: taken }]]),
        };
  };
  return {
    read: async () => own(await journal.read()),
    append: (decide, alongside) =>
      journal.append((tip) => {
        const fact = decide(own(tip));
        const nonce = tip.issues.get(claim.issue)?.claim?.nonce;
        return fact?.type === "result" && nonce !== undefined ? { ...fact, claim: nonce } : fact;
      }, alongside),
  };
}

function decidingOnFirst(journal: Journal): Journal {
  let first: JournalState | undefined;
  return {
    read: async () => (first ??= await journal.read()),
    append: (decide, alongside) =>
      journal.append((tip) => {
        const fact = first === undefined ? undefined : decide(first);
        return fact?.type === "dispatched" ? fact : decide(tip);
      }, alongside),
  };
}
