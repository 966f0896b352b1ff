import { recallRecord } from "../../src/core/journal/archive.ts";
import { finalizeAttempt } from "../../src/core/journal/claims.ts";
import type { JournalFact } from "../../src/core/journal/events.ts";
import type { Claim, JournalState, Result } from "../../src/core/journal/records.ts";
import { WRITER } from "../world/an-issue.ts";
import type { Leg, SimJob } from "./runs.ts";
import type { Landed } from "./shared-journal.ts";
import type { Task } from "./task.ts";
import type { Watcher } from "./watcher.ts";

/** Each event must be true when it lands, and follow from the events before it. */
export function checkFact(watcher: Watcher, { event, before, after, by }: Landed): void {
  const { fact } = event;
  switch (fact.type) {
    case "approved":
      checkApprovals(watcher, fact, before, by);
      break;
    case "withdrawn":
      checkWithdrawals(watcher, fact, before, by);
      break;
    case "result":
      checkResult(watcher, fact, before, by);
      break;
    case "dispatched":
      for (const { issue } of fact.claims.filter(({ manualFix }) => manualFix === undefined)) {
        watcher.counted.set(issue, (watcher.counted.get(issue) ?? 0) + 1);
      }
      break;
    case "ended":
      checkEndings(watcher, fact, before, by);
      break;
    case "retry-requested":
      watcher.counted.set(fact.issue, 0);
      break;
    case "finalize-again":
      checkFinalizeAgain(watcher, fact, before);
      break;
    case "archived":
      checkArchived(watcher, fact.issues, before);
      break;
    case "slot-online":
      checkOnline(watcher, fact.claims);
      break;
    case "approve-requested":
      checkVouched(watcher, fact);
      break;
    case "manual-fix-requested":
      checkFixRequested(watcher, before, fact);
      break;
    case "approved-anyway":
    case "stop-requested":
    case "paused":
    case "resumed":
    case "target-set":
    case "noticed":
      break;
  }
  checkCounts(watcher, after);
}

/** Attempts are what was claimed and not given back, and never more than the limit. */
function checkCounts(watcher: Watcher, { issues }: JournalState): void {
  for (const { issue, attempts } of issues.values()) {
    const counted = watcher.counted.get(issue) ?? 0;
    if (attempts !== counted) {
      watcher.fail("attempts", `#${issue} has ${attempts} attempts, and ${counted} count.`);
    }
    if (attempts > watcher.configuration.retry.max + 1) {
      watcher.fail("attempts", `#${issue} has ${attempts} attempts.`);
    }
  }
}

function checkApprovals(
  watcher: Watcher,
  { approvals }: Extract<JournalFact, { readonly type: "approved" }>,
  before: JournalState,
  by: Task,
): void {
  const seenAt = watcher.seen.get(by)?.at ?? 0;
  for (const { issue, textHash, restarts } of approvals) {
    const record = recallRecord(before, issue);
    if (!watcher.endorsements.wasEndorsed(issue, textHash, seenAt)) {
      watcher.fail("approval", `#${issue} was approved, and no writer stood behind its text.`);
    }
    const endedAt = record?.ended === undefined ? undefined : watcher.secondsOf(record.endedAt);
    if (endedAt !== undefined && watcher.endorsements.wordAt(issue) <= endedAt) {
      watcher.fail("final", `#${issue} goes on after its end without a person's word.`);
    }
    if (restarts || record?.ended !== undefined) {
      watcher.counted.set(issue, 0);
    }
  }
}

function checkWithdrawals(
  watcher: Watcher,
  { withdrawals }: Extract<JournalFact, { readonly type: "withdrawn" }>,
  before: JournalState,
  by: Task,
): void {
  const seenAt = watcher.seen.get(by)?.at ?? 0;
  for (const { issue, cause } of withdrawals) {
    const hash = before.issues.get(issue)?.approval?.textHash ?? "";
    const { endorsements } = watcher;
    if (endorsements.isLabelled(issue) && endorsements.isEndorsedSince(issue, hash, seenAt)) {
      watcher.fail("approval", `#${issue} lost a good approval (${cause}).`);
    }
  }
}

function checkEndings(
  watcher: Watcher,
  { deliveries }: Extract<JournalFact, { readonly type: "ended" }>,
  before: JournalState,
  by: Task,
): void {
  const { world } = watcher;
  for (const { issue, ended } of deliveries) {
    if (before.issues.get(issue)?.claim !== undefined) {
      watcher.fail("ending", `#${issue} ended while it was claimed.`);
    }
    const wasClosed = watcher.seen.get(by)?.closed.has(issue) === true;
    const wasTold = by.name.startsWith("command") && ended === "cancelled";
    if (
      !wasTold &&
      world.issues.get(issue)?.state === "open" &&
      !wasClosed &&
      isOpenSince(watcher, issue, by)
    ) {
      watcher.fail("ending", `#${issue} ended and was open.`);
    }
    const isMerged = world.pullRequestsOf(issue).some(({ state }) => state === "merged");
    if (ended === "completed" && !isMerged) {
      watcher.fail("ending", `#${issue} is completed and nothing is merged.`);
    }
  }
}

/** It may have been closed and opened again between the first answer and now. */
function isOpenSince(watcher: Watcher, issue: number, by: Task): boolean {
  const { reopened } = watcher.world.issues.get(issue) ?? {};
  const seenAt = watcher.seen.get(by)?.at ?? 0;
  return reopened === undefined || (watcher.secondsOf(reopened.at) ?? 0) < seenAt - 1;
}

function checkFinalizeAgain(
  watcher: Watcher,
  { issue, runAttempt }: Extract<JournalFact, { readonly type: "finalize-again" }>,
  { issues }: JournalState,
): void {
  const claim = issues.get(issue)?.claim;
  const leg = claim === undefined ? undefined : legOf(watcher, claim);
  const isDue =
    claim !== undefined &&
    claim.finalizeAgainAt === undefined &&
    leg?.session?.conclusion === "success" &&
    leg.finalize?.status === "completed" &&
    leg.finalize.conclusion !== "success";
  if (!isDue) {
    watcher.fail("finalize again", `#${issue}: its finalize did not die.`);
  }
  const others = [...issues.values()].flatMap((record) => record.claim ?? []);
  const rival = others.find(
    (one) => one.runId === claim?.runId && one.finalizeAgainIn === runAttempt,
  );
  if (rival !== undefined) {
    watcher.fail("finalize again", `#${issue} and #${rival.issue} share one run attempt.`);
  }
}

function checkResult(
  watcher: Watcher,
  { issue, claim: nonce, result }: Extract<JournalFact, { readonly type: "result" }>,
  before: JournalState,
  by: Task,
): void {
  const held = before.issues.get(issue)?.claim;
  if (held?.nonce !== nonce) {
    return;
  }
  if (watcher.ended.has(nonce)) {
    watcher.fail("result", `The claim ${nonce} of #${issue} has two results.`);
  }
  watcher.ended.add(nonce);
  if (result.outcome === "returned" && held.manualFix === undefined) {
    watcher.counted.set(issue, (watcher.counted.get(issue) ?? 0) - 1);
  }
  const delivering = watcher.delivering.get(by);
  if (delivering === undefined) {
    checkDeath(watcher, before, held, result, by);
  } else if (delivering.nonce !== nonce) {
    watcher.fail("result", `${by.name} ended the claim ${nonce} of somebody else.`);
  }
  const fixed = held.manualFix?.headSha ?? result.headSha;
  if (result.headSha !== undefined && result.headSha !== fixed) {
    watcher.fail("manual fix", `#${issue} delivers a commit that nobody asked to check.`);
  }
  const branch = `${watcher.configuration.branchPrefix}${issue}`;
  if (result.headSha !== undefined && watcher.world.branches.get(branch) !== result.headSha) {
    watcher.fail("branch", `The result of #${issue} names a commit that ${branch} does not hold.`);
  }
}

/** A tick may end a claim only when nothing can come of it any more. */
function checkDeath(
  watcher: Watcher,
  before: JournalState,
  claim: Claim,
  { outcome, cause }: Result,
  by: Task,
): void {
  const runsAt = watcher.seen.get(by)?.runsAt ?? 0;
  const { issue, nonce } = claim;
  const leg = legOf(watcher, claim);
  const refuse = (why: string): void =>
    watcher.fail("healthy", `#${issue} (${nonce}) was given up (${cause ?? ""}): ${why}.`);
  const startedAt = watcher.startedAt.get(nonce);
  const stop = before.issues.get(issue)?.stop?.reason;
  if (stop === "cancelled" && outcome !== "cancelled") {
    refuse("a person cancelled it");
  }
  if (
    outcome === "returned" &&
    stop === undefined &&
    startedAt !== undefined &&
    startedAt < runsAt
  ) {
    watcher.fail("attempts", `#${issue} was given back and its session had worked.`);
  }
  const session = claim.finalizeAgainAt !== undefined ? undefined : leg?.session;
  if (showedRunning(watcher, session, runsAt)) {
    refuse("its session runs");
  }
  const { finalize } = leg ?? {};
  if (showedRunning(watcher, finalize, runsAt)) {
    refuse("its finalize runs");
  }
  if (canFinalizeAgain(watcher, claim, runsAt)) {
    refuse("its session succeeded, and its finalize can be started again");
  }
  const waited = runsAt - (watcher.secondsOf(claim.at) ?? 0);
  const isComing = leg !== undefined && !leg.attempt.isCompleted;
  if (isComing && session?.status === "queued" && waited < 15 * 60) {
    refuse(`its session waits only ${waited} s for a runner`);
  }
  const sinceSession = runsAt - (watcher.secondsOf(leg?.session?.completedAt) ?? -Infinity);
  if (isComing && finalize?.status === "queued" && sinceSession > 1 && sinceSession < 30 * 60) {
    refuse(`its finalize is only ${sinceSession} s late`);
  }
}

/**
 * Whether the session of a claim succeeded, its finalize had died when a tick looked, and nobody but
 * ticks began another attempt of its run.
 */
function canFinalizeAgain(watcher: Watcher, claim: Claim, at: number): boolean {
  const run = watcher.actions.runs.get(claim.runId);
  if (run === undefined || run.isDeleted || claim.finalizeAgainAt !== undefined) {
    return false;
  }
  const { session, finalize } = legOf(watcher, claim) ?? {};
  const hasDied =
    finalize?.status === "completed" &&
    finalize.conclusion !== "success" &&
    (watcher.secondsOf(finalize.completedAt) ?? Infinity) + 1 < at;
  const isOurs = run.attempts.every(
    ({ number, by }) => number <= claim.runAttempt || by === "tick",
  );
  return session?.conclusion === "success" && hasDied && isOurs;
}

/** A word that was lost with its job was never said; one that lands late counts from when it was said. */
function checkVouched(
  watcher: Watcher,
  { issue, at }: Extract<JournalFact, { readonly type: "approve-requested" }>,
): void {
  if (watcher.world.issues.has(issue)) {
    watcher.endorsements.vouched(issue, watcher.secondsOf(at) ?? 0);
  }
}

/** A writer's word is about a commit of people's, and about nothing that runs or is over. */
function checkFixRequested(
  watcher: Watcher,
  before: JournalState,
  { issue, by, headSha }: Extract<JournalFact, { readonly type: "manual-fix-requested" }>,
): void {
  const { claim, ended } = before.issues.get(issue) ?? {};
  if (by !== WRITER.login || !watcher.pushed.has(headSha)) {
    watcher.fail("manual fix", `${by} asks for ${headSha} of #${issue}, which nobody pushed.`);
  }
  if (claim !== undefined || ended !== undefined) {
    watcher.fail("manual fix", `The fix of #${issue} was accepted in the middle of something.`);
  }
}

/** Only what is over leaves the tree, and its line in the history stays. */
function checkArchived(
  watcher: Watcher,
  issues: readonly number[],
  { issues: records, history }: JournalState,
): void {
  for (const issue of issues) {
    const { ended, claim } = records.get(issue) ?? {};
    if (ended === undefined || claim !== undefined || !history.some((one) => one.issue === issue)) {
      watcher.fail("lost", `#${issue} left the tree and is not over.`);
    }
  }
}

/** A slot comes back when the job that waited in it has left the queue [F54]. */
function checkOnline(watcher: Watcher, nonces: readonly string[]): void {
  const waits = [...watcher.actions.runs.values()]
    .flatMap(({ attempts }) => attempts.flatMap(({ legs }) => legs))
    .some(({ claim, session }) => nonces.includes(claim.nonce) && session?.status === "queued");
  if (waits) {
    watcher.fail("slots", `The slots of ${nonces.join(", ")} came back while a job waited there.`);
  }
}

/** Whether a job runs, and was listed as running when the tick looked; GitHub gives whole seconds. */
function showedRunning(watcher: Watcher, job: SimJob | undefined, at: number): boolean {
  return (
    job?.status === "in_progress" &&
    job.listedAt < at &&
    (watcher.secondsOf(job.startedAt) ?? Infinity) + 1 < at
  );
}

/** The leg of a claim in the run attempt that counts now. */
function legOf(watcher: Watcher, claim: Claim): Leg | undefined {
  const attempt = finalizeAttempt(claim);
  return watcher.actions.runs
    .get(claim.runId)
    ?.attempts.find(({ number }) => number === attempt)
    ?.legs.find((leg) => leg.claim.nonce === claim.nonce);
}
