import type { Configuration } from "../core/configuration.ts";
import { removeSpentRefs } from "../core/delivery/spent-refs.ts";
import { listFullMachines } from "../core/fleet/full-machines.ts";
import { type ClaimLife, judgeClaims, listServedAgain } from "../core/fleet/liveness.ts";
import { decideMeltdown } from "../core/fleet/meltdown.ts";
import { countReruns } from "../core/fleet/our-attempts.ts";
import { describeRunner, resultOfDeath } from "../core/fleet/result-of-death.ts";
import { decideRewind, isHeldForRewind } from "../core/fleet/rewind.ts";
import { listStops } from "../core/fleet/stops.ts";
import { recallRecords } from "../core/journal/archive.ts";
import type { JournalFact } from "../core/journal/events.ts";
import type { FleetPause, JournalState } from "../core/journal/records.ts";
import type { Observation, ObservedPullRequest } from "../core/observation.ts";
import { listEndings } from "../core/plan/endings.ts";
import { planTick } from "../core/plan/plan.ts";
import { indexPullRequests } from "../core/plan/pull-requests.ts";
import { planRepairs } from "../core/plan/repairs.ts";
import {
  approvalFact,
  deathFact,
  endingsFact,
  foldFacts,
  withdrawalFact,
} from "../core/plan/tick-facts.ts";
import type { Death, TickPlan } from "../core/plan/tick-plan.ts";
import { listPermissionQuestions } from "../core/plan/trust.ts";
import { listIfRoom, listMustRead } from "../core/plan/what-to-read.ts";
import { isAfter } from "../core/text/instant.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { World } from "../ports/world.ts";

/** Ended issues are looked at for so long: their last label and comment may still be missing. */
const AFTERCARE_MINUTES = 24 * 60;

export interface CollectPorts {
  readonly world: Pick<World, "observe" | "readRepository" | "readPermissions">;
  readonly journal: Pick<Journal, "read">;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

export interface CollectInputs {
  readonly configuration: Configuration;
  readonly repositoryName: string;
}

/** Reads everything, writes nothing, and returns what a tick would do and why. */
export async function collect(ports: CollectPorts, inputs: CollectInputs): Promise<TickPlan> {
  const { configuration } = inputs;
  const read = await ports.journal.read();
  const observation = await observe(ports, inputs, read);
  const now = ports.clock.now();
  const rewind = decideRewind(read, observation.rememberedSeq);
  const known = recallRecords(read, observation.issues.keys());
  const journal = rewind === undefined ? known : foldFacts(known, [pausedFact(rewind)], now);
  const lives = judgeClaims(journal, observation.runs, now);
  const deaths = listDeaths(lives, journal, ports, configuration);
  const servedAgain = listServedAgain(journal.fleet, observation.runs);
  const buried = foldFacts(
    journal,
    [...deaths.map(deathFact), { type: "slot-online", claims: servedAgain }],
    now,
  );
  const { branchPrefix, triggerLabel } = configuration;
  const pullRequests = indexPullRequests(observation.pullRequests, branchPrefix, buried.issues);
  const endings = listEndings(buried, observation, pullRequests, triggerLabel);
  const state = foldFacts(buried, endings.length === 0 ? [] : [endingsFact(endings)], now);
  const { repository } = observation;
  const permissions = await ports.world.readPermissions(
    listPermissionQuestions(observation.issues.values(), state.issues, {
      repository,
      configuration,
      permissions: new Map(),
      stale: observation.stale,
    }),
  );
  const alive = lives.filter((life) => life.life === "alive");
  const held = lives.filter((life) => life.life !== "dead");
  const busySlots = alive.filter(({ holdsSlot }) => holdsSlot).map(({ claim }) => claim.slot);
  const plan = planTick({
    observation,
    journal: state,
    permissions,
    configuration,
    now,
    busySlots,
    liveClaims: new Map(held.map(({ claim }) => [claim.issue, claim])),
    history: state.history,
    credential: "present",
  });
  const planned = foldFacts(
    state,
    [approvalFact(plan, state), withdrawalFact(plan, state)].filter((fact) => fact !== undefined),
    now,
  );
  return {
    v: 1,
    repository,
    configuration,
    plan,
    deaths,
    endings,
    spentRefs: removeSpentRefs(endings, pullRequests, configuration),
    stops: listStops(
      state,
      observation,
      alive.filter(({ phase }) => phase !== "finishing").map(({ claim }) => claim.issue),
      plan.withdrawals,
    ),
    reruns: lives.flatMap((life) =>
      life.life === "finalize-again"
        ? [
            {
              issue: life.claim.issue,
              claim: life.claim.nonce,
              job: life.jobId,
              runAttempt: life.runAttempt,
              reruns: countReruns(journal.fleet, life.claim.runId),
              isJournalled: life.isJournalled,
            },
          ]
        : [],
    ),
    journalSeq: rewind?.seenSeq ?? read.seq,
    rewind: isHeldForRewind(journal) ? journal.fleet.pause : undefined,
    pause: decideMeltdown(state.fleet, now),
    repairs: planRepairs({ observation, journal: planned, configuration, plan, pullRequests }),
    apiRemaining: observation.apiRemaining,
    busySlots,
    servedAgain,
    kept: listKept(state, observation, pullRequests),
    offlineSlots: state.fleet.offline.map(({ slot }) => slot),
    fullMachines: listFullMachines(state.fleet, now),
    judgedClaims: held.map(({ claim }) => claim.nonce),
  };
}

/** Records that stay in the tree although their delivery is over: somebody can still see them move. */
function listKept(
  { issues }: JournalState,
  observation: Observation,
  pullRequests: ReadonlyMap<number, ObservedPullRequest>,
): readonly number[] {
  return [...issues.values()]
    .filter(
      ({ issue, ended }) =>
        ended !== undefined &&
        (observation.issues.get(issue)?.state === "open" ||
          pullRequests.get(issue)?.state === "open"),
    )
    .map(({ issue }) => issue);
}

function pausedFact(pause: FleetPause): JournalFact {
  return { type: "paused", pause, by: undefined };
}

async function observe(
  ports: CollectPorts,
  { configuration }: CollectInputs,
  journal: JournalState,
): Promise<Observation> {
  const { triggerLabel, branchPrefix } = configuration;
  const since = ports.clock.after(-AFTERCARE_MINUTES);
  const records = [...journal.issues.values()];
  const delivered = records.filter(
    ({ ended, endedAt, result }) =>
      result?.headSha !== undefined && (ended === undefined || isAfter(endedAt, since)),
  );
  const runs = new Set([
    ...records.flatMap(({ claim }) => claim?.runId ?? []),
    ...journal.fleet.offline.map(({ claim: { runId } }) => runId),
  ]);
  return await ports.world.observe({
    triggerLabel,
    branchPrefix,
    scope: "open-issues",
    issues: (_, seen) => listMustRead(seen, { journal, configuration }),
    ifRoom: (seen) => listIfRoom(seen, { journal, configuration }, since),
    branches: delivered.map(({ issue }) => `${branchPrefix}${issue}`),
    runs: [...runs],
  });
}

function listDeaths(
  lives: readonly ClaimLife[],
  { issues, fleet }: JournalState,
  { clock, random }: Pick<CollectPorts, "clock" | "random">,
  configuration: Configuration,
): readonly Death[] {
  return lives.flatMap((life) => {
    if (life.life !== "dead") {
      return [];
    }
    const { issue, nonce, runId } = life.claim;
    const result = resultOfDeath(life, {
      stop: issues.get(issue)?.stop,
      at: clock.now(),
      policy: configuration.retry,
      jitter: random(),
      notBefore: (minutes) => clock.after(minutes),
      runner: describeRunner(life.claim, configuration.machines, lives),
    });
    return [{ issue, claim: nonce, reruns: countReruns(fleet, runId), result }];
  });
}
