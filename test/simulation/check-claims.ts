import type { Claim, FleetRecord, IssueRecord } from "../../src/core/journal/records.ts";
import { mayStillRun } from "./runs.ts";
import type { Landed } from "./shared-journal.ts";
import { isStillBlocked } from "./truth.ts";
import type { Seen, Watcher } from "./watcher.ts";

const HALF_AN_HOUR_MS = 30 * 60_000;
const HOUR_MS = 60 * 60_000;

/** A claim takes what is free, for what may run, and for nobody twice. */
export function checkClaims(watcher: Watcher, landed: Landed): void {
  const { event, before, after, by } = landed;
  checkSlots(watcher, after.issues.values());
  if (event.fact.type !== "dispatched") {
    return;
  }
  checkFleet(watcher, before.fleet, event.fact.claims);
  const seen = watcher.seen.get(by);
  if (seen?.mayClaim === false) {
    watcher.fail("claim", `${by.name} may not claim anything, and did.`);
  }
  for (const claim of event.fact.claims) {
    checkRecord(watcher, before.issues.get(claim.issue), claim);
    checkTurn(watcher, before.issues.get(claim.issue), claim);
    if (seen !== undefined) {
      checkIssue(watcher, seen, claim);
    }
  }
}

function checkFleet(watcher: Watcher, fleet: FleetRecord, claims: readonly Claim[]): void {
  const { pause, target } = fleet;
  const at = claims[0]?.at ?? "";
  const isOver =
    (pause?.until !== undefined && pause.until <= at) ||
    (pause?.baseSha !== undefined && pause.baseSha !== watcher.world.repository.headSha);
  if (pause !== undefined && !isOver) {
    watcher.fail(
      "pause",
      `${claims.length} claims although the fleet is paused (${pause.reason}).`,
    );
  }
  const offline = fleet.offline.map(({ slot }) => slot);
  for (const { issue, slot, machine } of claims) {
    if (offline.includes(slot)) {
      watcher.fail("slots", `#${issue} was put on ${slot}, where a job waits for a runner.`);
    }
    const full = fleet.full?.find((one) => one.machine === machine);
    if (full !== undefined && Date.parse(at) - Date.parse(full.since) < HALF_AN_HOUR_MS) {
      watcher.fail("slots", `#${issue} was put on ${machine}, which is full since ${full.since}.`);
    }
  }
  if (target !== undefined && target.landed >= target.count) {
    watcher.fail("target", `${claims.length} claims although ${target.landed} have landed.`);
  }
}

/** What the journal itself says against a claim. */
function checkRecord(watcher: Watcher, record: IssueRecord | undefined, claim: Claim): void {
  const { issue, attempt, textHash, manualFix } = claim;
  const counted = watcher.counted.get(issue) ?? 0;
  const refuse = (why: string): void => watcher.fail("claim", `#${issue} was claimed ${why}.`);
  if (record?.claim !== undefined) {
    refuse(`while ${record.claim.nonce} holds it`);
  }
  if (record?.approval?.textHash !== textHash) {
    refuse("without an approval of that text");
  }
  if (record?.ended !== undefined) {
    refuse(`after its delivery ended (${record.ended})`);
  }
  if (manualFix?.headSha !== record?.manualFix?.headSha) {
    refuse(`for ${manualFix?.headSha ?? "a session"}, which nobody asked for`);
  }
  if (attempt !== (manualFix === undefined ? counted + 1 : Math.max(1, counted))) {
    refuse(`as attempt ${attempt} after ${counted} that count`);
  }
  if (attempt > watcher.configuration.retry.max + 1) {
    refuse(`for attempt ${attempt}`);
  }
  const outcome = manualFix === undefined ? record?.result?.outcome : undefined;
  if (outcome !== undefined && outcome !== "retry" && outcome !== "returned") {
    refuse(`after it ended ${outcome}`);
  }
  if ((record?.result?.notBefore ?? "") > claim.at) {
    refuse(`before ${record?.result?.notBefore ?? ""}`);
  }
}

/** Whoever may write here is one person: no hour sees more of their deliveries begin [N26]. */
function checkTurn(watcher: Watcher, record: IssueRecord | undefined, claim: Claim): void {
  const { issue, attempt, manualFix, at } = claim;
  if (attempt > 1 || manualFix !== undefined || record?.result?.outcome === "returned") {
    return;
  }
  watcher.begun.push(at);
  const recent = watcher.begun.filter((one) => Date.parse(at) - Date.parse(one) < HOUR_MS).length;
  if (recent > watcher.configuration.startsPerActor) {
    watcher.fail("turns", `#${issue} is the start number ${recent} of an hour.`);
  }
}

/** What GitHub showed against it when the tick looked, and shows still. */
function checkIssue(watcher: Watcher, seen: Seen, { issue, textHash }: Claim): void {
  const { world, endorsements } = watcher;
  if (!endorsements.wasEndorsed(issue, textHash, seen.at)) {
    watcher.fail("approval", `#${issue} was claimed, and no writer stood behind its text.`);
  }
  if (isStillBlocked(world, watcher.configuration, issue, seen.blocked)) {
    watcher.fail("blockers", `#${issue} was claimed although it is blocked.`);
  }
  const now = world.issues.get(issue);
  const reopenedAt = watcher.secondsOf(now?.reopened?.at) ?? -Infinity;
  if (seen.closed.has(issue) && now?.state !== "open" && reopenedAt < seen.at - 1) {
    watcher.fail("claim", `#${issue} was claimed although it is closed.`);
  }
}

/** At most five sessions, never more than a machine has slots, never two on one. */
function checkSlots(watcher: Watcher, records: Iterable<IssueRecord>): void {
  const holding = [...records].flatMap(({ claim }) =>
    claim !== undefined &&
    claim.finalizeAgainAt === undefined &&
    mayStillRun(watcher.actions.runs.get(claim.runId), claim)
      ? [claim]
      : [],
  );
  const slots = new Map<string, Claim>();
  for (const claim of holding) {
    const other = slots.get(claim.slot);
    if (other !== undefined) {
      watcher.fail("slots", `#${claim.issue} and #${other.issue} are both on ${claim.slot}.`);
    }
    slots.set(claim.slot, claim);
  }
  if (holding.length > watcher.configuration.maxParallel) {
    watcher.fail("slots", `${holding.length} claims live at once.`);
  }
}
