import { countReruns } from "../fleet/our-attempts.ts";
import { starterOf } from "../fleet/start-limit.ts";
import { stopsDue } from "../fleet/stops.ts";
import type { JournalFact, Stop } from "../journal/events.ts";
import { applyEvent } from "../journal/fold.ts";
import type { Claim, HistoryEntry, IssueRecord, JournalState } from "../journal/records.ts";
import {
  approvalsDue,
  decideStarts,
  type StartConditions,
  withdrawalsDue,
} from "./decide-starts.ts";
import type { Plan } from "./plan-types.ts";
import type { Death, FinalizeRerun, TickPlan } from "./tick-plan.ts";

/** The journal as it would be after these facts: what a tick plans on before it writes them. */
export function foldFacts(
  state: JournalState,
  facts: readonly JournalFact[],
  at: string,
): JournalState {
  const stamp = { at, runId: 0, runAttempt: 0, nonce: "planned" };
  return facts.reduce((tip, fact) => applyEvent(tip, { seq: tip.seq, stamp, fact }), state);
}

/** What is still to be journalled of a dead claim: nothing when somebody ended it already. */
export function deathFact({ issue, claim, result }: Death): JournalFact {
  return { type: "result", issue, claim, result };
}

/** A stop that was asked for since, or a finalize started again in its run, is left to the next tick, which knows of it. */
export function deathFactDue(death: Death, tip: JournalState): JournalFact | undefined {
  const { claim, stop } = tip.issues.get(death.issue) ?? {};
  const isNews = stop !== undefined && death.result.cause !== "cancelled";
  const isMeant = claim?.nonce === death.claim && knowsReruns(death, claim, tip);
  return isMeant && !isNews ? deathFact(death) : undefined;
}

export function stopsFactDue(stops: readonly Stop[], tip: JournalState): JournalFact | undefined {
  const due = stopsDue(stops, tip);
  return due.length === 0 ? undefined : { type: "stop-requested", stops: due };
}

export function finalizeAgainFactDue(
  rerun: FinalizeRerun,
  tip: JournalState,
): JournalFact | undefined {
  const { issue, claim, runAttempt } = rerun;
  const held = tip.issues.get(issue)?.claim;
  const isMeant = held?.nonce === claim && held.finalizeAgainAt === undefined;
  return isMeant && knowsReruns(rerun, held, tip)
    ? { type: "finalize-again", issue, claim, runAttempt }
    : undefined;
}

/** Whether no attempt of the claim's run became ours after a tick had judged it. */
function knowsReruns(
  { reruns }: { readonly reruns: number },
  { runId }: Claim,
  { fleet }: JournalState,
): boolean {
  return countReruns(fleet, runId) === reruns;
}

export function servedAgainFactDue(
  servedAgain: readonly string[],
  { fleet }: JournalState,
): JournalFact | undefined {
  const claims = servedAgain.filter((nonce) =>
    fleet.offline.some(({ claim }) => claim.nonce === nonce),
  );
  return claims.length === 0 ? undefined : { type: "slot-online", claims };
}

export function endingsFact(deliveries: readonly HistoryEntry[]): JournalFact {
  return { type: "ended", deliveries };
}

export function endingsFactDue(
  endings: readonly HistoryEntry[],
  tip: JournalState,
): JournalFact | undefined {
  const due = endings.filter(({ issue, delivery }) => {
    const record = tip.issues.get(issue);
    return (
      record?.delivery === delivery && record.ended === undefined && record.claim === undefined
    );
  });
  return due.length === 0 ? undefined : endingsFact(due);
}

export function approvalFact(plan: Plan, tip: JournalState): JournalFact | undefined {
  const due = approvalsDue(plan, tip).filter(
    ({ issue, restarts }) => !restarts || tip.issues.get(issue)?.claim === undefined,
  );
  return due.length === 0
    ? undefined
    : {
        type: "approved",
        approvals: due.map(({ issue, approval, restarts }) => ({ issue, restarts, ...approval })),
      };
}

export function withdrawalFact(plan: Plan, tip: JournalState): JournalFact | undefined {
  const due = withdrawalsDue(plan, tip);
  return due.length === 0
    ? undefined
    : { type: "withdrawn", withdrawals: due.map(({ issue, cause }) => ({ issue, cause })) };
}

/** What a tick adds to a claim of its own: who it is, and what the work starts from. */
export interface ClaimStamp {
  readonly runId: number;
  readonly runAttempt: number;
  readonly at: string;
  /** Tip of the base branch: the work and the configuration are taken from there. */
  readonly baseSha: string;
  readonly newNonce: () => string;
}

/** Checks alone are no attempt: their claim goes by the number of the last one. */
function nextAttempt({ attempts, manualFix }: IssueRecord): number {
  return manualFix === undefined ? attempts + 1 : Math.max(1, attempts);
}

/** Decides the claims of a tick on the journal's tip: one event for all of them. */
export function claimsFact(
  tick: TickPlan,
  tip: JournalState,
  conditions: StartConditions,
  stamp: ClaimStamp,
): JournalFact | undefined {
  const { starts } = decideStarts(tick.plan, tip, conditions);
  const claims = starts.flatMap(({ issue, slot, machine }): readonly Claim[] => {
    const record = tip.issues.get(issue);
    return record?.approval === undefined
      ? []
      : [
          {
            issue,
            attempt: nextAttempt(record),
            delivery: record.delivery,
            runId: stamp.runId,
            runAttempt: stamp.runAttempt,
            slot,
            machine,
            textHash: record.approval.textHash,
            baseSha: stamp.baseSha,
            configurationSha: stamp.baseSha,
            at: stamp.at,
            nonce: stamp.newNonce(),
            finalizeAgainAt: undefined,
            finalizeAgainIn: undefined,
            manualFix: record.manualFix,
            startedBy: starterOf(record, record.approval),
          },
        ];
  });
  return claims.length === 0 ? undefined : { type: "dispatched", claims };
}
