import type { Effect, EffectOutcome } from "../../src/core/effects.ts";
import { formatEffect } from "../../src/core/effects.ts";
import type {
  Observation,
  ObservedIssue,
  ObservedPullRequest,
  ObservedRun,
} from "../../src/core/observation.ts";
import type { ObserveQuery, World } from "../../src/ports/world.ts";
import type { PureWorld } from "../world/pure-world.ts";
import { CallError, type Task } from "./task.ts";

/** The rounds of reading by number that the adapter makes. */
const MAX_ROUNDS = 3;

export interface WorldOfTaskOptions {
  readonly task: Task;
  readonly world: PureWorld;
  /** Runs as GitHub lists them now. */
  readonly readRuns: (wanted: readonly number[]) => readonly ObservedRun[];
  /** The issue that comes with the first answer in a job about one issue. */
  readonly ownIssue?: number;
  /** Starts a job of a run again; returns why not. */
  /** What a snapshot says of issues, in the place of reading them. */
  readonly remembered?: ReadonlyMap<number, ObservedIssue>;
  readonly rerunJob: (job: number) => string | undefined;
  readonly startTick: () => void;
  readonly onApplied: (effect: Effect, task: Task) => void;
}

const FIRST_QUERY: ObserveQuery = {
  triggerLabel: "",
  branchPrefix: "feature/issue-",
  issues: () => [],
  scope: "open-issues",
  branches: [],
  runs: [],
};

/**
 * GitHub as one process sees it: the first answer, then reading by number, then the runs, each at a
 * time of its own; effects one after the other as the adapter sends them, labels and comments as
 * one request, the kick last.
 */
export function worldOfTask(options: WorldOfTaskOptions): World {
  const { task, world, readRuns, ownIssue, remembered = new Map() } = options;
  let first: Observation | undefined;

  /** Every later decision may rest on it: it comes with the configuration. */
  async function readFirst(): Promise<Observation> {
    first ??= await task.read("first answer", () => {
      for (const [number, issue] of remembered) {
        world.remembered.set(number, issue);
      }
      const seen = world.observeNow({
        ...FIRST_QUERY,
        issues: () => (ownIssue === undefined ? [] : [ownIssue]),
      });
      world.remembered.clear();
      return seen;
    });
    return first;
  }

  return {
    readRepository: async () => {
      const { repository } = await readFirst();
      return { repository, configurationText: undefined };
    },
    observe: async (query) => {
      const observation = await readFirst();
      const base = new Map(
        [...observation.issues].filter(
          ([issue]) => query.scope === "open-issues" || issue === ownIssue,
        ),
      );
      const found = await readWanted(task, world, query, base, observation, ownIssue);
      const runs =
        query.runs.length === 0 ? [] : await task.read("runs", () => readRuns(query.runs));
      const { milestones } = observation;
      return {
        ...observation,
        milestones: query.scope === "only" ? [] : milestones,
        ...found,
        runs,
      };
    },
    readPermissions: async (logins) =>
      logins.length === 0
        ? new Map()
        : await task.read(
            "permissions",
            () => new Map(logins.map((login) => [login, world.permissions.get(login) ?? "none"])),
          ),
    apply: (effects) => applyEffects(options, effects),
  };
}

type Wanted = Pick<Observation, "issues" | "pullRequests" | "commented" | "stale">;

async function readWanted(
  task: Task,
  world: PureWorld,
  query: ObserveQuery,
  base: Map<number, ObservedIssue>,
  observation: Observation,
  ownIssue: number | undefined,
): Promise<Wanted> {
  const issues = base;
  const pullRequests = new Map<number, ObservedPullRequest>(
    observation.pullRequests.map((one) => [one.number, one]),
  );
  const commented = new Set<number>(ownIssue === undefined ? [] : [ownIssue]);
  const asked = new Set<number>(commented);
  const stale = new Set(query.scope === "only" ? [] : observation.stale);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seen = { ...observation, issues, pullRequests: [...pullRequests.values()], stale };
    const also = round === 0 ? (query.ifRoom?.(seen) ?? []) : [];
    const wanted = [...new Set([...query.issues(issues, seen), ...also])].filter(
      (one) => !asked.has(one),
    );
    const branches = round === 0 ? query.branches : [];
    if (wanted.length + branches.length === 0) {
      break;
    }
    const answer = await task.read("issues by number", () =>
      world.observeNow({ ...FIRST_QUERY, scope: "only", issues: () => wanted, branches }),
    );
    for (const number of wanted) {
      asked.add(number);
      stale.delete(number);
      const issue = answer.issues.get(number);
      if (issue === undefined) {
        issues.delete(number);
      } else {
        issues.set(number, issue);
        commented.add(number);
      }
    }
    const named = new Set(branches);
    for (const one of answer.pullRequests.filter(({ headBranch }) => named.has(headBranch))) {
      pullRequests.set(one.number, one);
    }
  }
  return { issues, pullRequests: [...pullRequests.values()], commented, stale };
}

const BATCHED = new Set<Effect["type"]>([
  "set-state-label",
  "write-status-comment",
  "comment-once",
  "describe-pull-request",
  "close-pull-request",
  "mark-ready",
  "close-issue",
]);

async function applyEffects(
  options: WorldOfTaskOptions,
  effects: readonly Effect[],
): Promise<readonly EffectOutcome[]> {
  const outcomes = new Map<Effect, EffectOutcome>();
  for (const effect of effects) {
    if (!BATCHED.has(effect.type) && effect.type !== "start-tick") {
      outcomes.set(effect, await applySingle(options, effect));
    }
  }
  const batch = effects.filter(({ type }) => BATCHED.has(type));
  if (batch.length > 0) {
    for (const outcome of await applyBatch(options, batch)) {
      outcomes.set(outcome.effect, outcome);
    }
  }
  for (const effect of effects) {
    if (effect.type === "start-tick") {
      outcomes.set(effect, await applySingle(options, effect));
    }
  }
  return effects.map((effect) => outcomes.get(effect) ?? { effect, failure: "it was not applied" });
}

async function applySingle(options: WorldOfTaskOptions, effect: Effect): Promise<EffectOutcome> {
  const { task } = options;
  const { value, trouble } = await task.write(formatEffect(effect), () =>
    applyOne(options, effect),
  );
  return trouble === undefined && value !== undefined ? value : { effect, failure: "502" };
}

async function applyBatch(
  options: WorldOfTaskOptions,
  batch: readonly Effect[],
): Promise<readonly EffectOutcome[]> {
  const { task } = options;
  // Of a mutation with many parts some may fail, for example by the secondary limit.
  const failing = new Set(task.chance.is(0.1) ? batch.filter(() => task.chance.is(0.3)) : []);
  const what = batch.map(formatEffect).join("; ");
  const { value, trouble } = await task.write(what, () =>
    batch.map((effect) =>
      task.canFail && failing.has(effect)
        ? { effect, failure: "submitted too quickly" }
        : applyOne(options, effect),
    ),
  );
  return trouble === undefined && value !== undefined
    ? value
    : batch.map((effect) => ({ effect, failure: "502" }));
}

function applyOne(options: WorldOfTaskOptions, effect: Effect): EffectOutcome {
  const { task, world, rerunJob, startTick, onApplied } = options;
  switch (effect.type) {
    case "rerun-job":
      return { effect, failure: rerunJob(effect.job) };
    case "start-tick":
      startTick();
      return { effect, failure: undefined };
    default: {
      const [outcome] = world.applyNow([effect]);
      onApplied(effect, task);
      if (outcome === undefined) {
        throw new CallError("It was not applied.");
      }
      return outcome;
    }
  }
}
