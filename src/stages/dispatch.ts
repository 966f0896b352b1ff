import type { Effect, EffectOutcome } from "../core/effects.ts";
import { rewindFactDue } from "../core/fleet/rewind.ts";
import { archiveFactDue } from "../core/journal/archive.ts";
import type { Claim } from "../core/journal/records.ts";
import { describeForbidden } from "../core/plan/escalation.ts";
import { formatForbiddenPullRequest } from "../core/plan/notices.ts";
import { lowBudget } from "../core/plan/schedule.ts";
import {
  approvalFact,
  claimsFact,
  deathFactDue,
  endingsFactDue,
  finalizeAgainFactDue,
  servedAgainFactDue,
  stopsFactDue,
  withdrawalFact,
} from "../core/plan/tick-facts.ts";
import type { TickPlan } from "../core/plan/tick-plan.ts";
import { formatStatusComment } from "../core/text/status-comment.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { World } from "../ports/world.ts";
import { makeWriter, type Writer } from "./writer.ts";

const MINUTES_PER_DAY = 24 * 60;

export interface DispatchPorts {
  readonly world: World;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly newNonce: () => string;
  /** Tip of a branch of the repository, read by git. */
  readonly readBranch: (branch: string) => Promise<string>;
}

export interface DispatchInputs {
  readonly tick: TickPlan;
  readonly run: { readonly runId: number; readonly runAttempt: number };
  readonly credential: "present" | "missing";
  readonly dryRun: boolean;
  /** Hands the claims to the matrix: called before they are announced, and always. */
  readonly emit: (claims: readonly Claim[]) => void;
}

/**
 * Journals what was found, claims at most the free slots, emits the matrix, and only then tells and
 * repairs what people see: nothing after the claims can fail the step [F105]. Returns the claims.
 */
export async function dispatch(
  ports: DispatchPorts,
  inputs: DispatchInputs,
): Promise<readonly Claim[]> {
  const { tick } = inputs;
  const low = lowBudget(tick.apiRemaining, tick.configuration.api.floor);
  if (low !== undefined) {
    ports.log.warning(
      `Only ${low.remaining} API requests are left this hour, fewer than 'api.floor' (${low.floor}): this tick only read. A later one goes on.`,
    );
    inputs.emit([]);
    return [];
  }
  const writer = makeWriter(ports, inputs);
  const { rewind } = tick;
  if (rewind !== undefined) {
    ports.log.warning(`Nothing is done in this tick. ${rewind.detail}`);
    await writer.event((tip) => rewindFactDue(rewind, tip));
    inputs.emit([]);
    return [];
  }
  const reruns = await journalFindings(ports, writer, tick);
  const claims = await claim(ports, writer, inputs);
  inputs.emit(claims);
  const announcements = claims.flatMap((one) => announce(one, tick));
  // The plan did not know these claims: what it would show of their issues is out of date.
  const claimed = new Set(claims.map(({ issue }) => issue));
  const repairs = tick.repairs.filter(
    (effect) => !("issue" in effect && claimed.has(effect.issue)),
  );
  const effects = [...reruns, ...announcements, ...repairs];
  await tryEffects(ports, writer, effects, tick.configuration.escalateTo);
  return claims;
}

/**
 * Journals what was found; each fact is looked at again on the tip that it is appended to. Returns
 * the jobs to start again.
 */
async function journalFindings(
  { clock }: DispatchPorts,
  writer: Writer,
  tick: TickPlan,
): Promise<readonly Effect[]> {
  const { plan, deaths, endings, stops, pause } = tick;
  for (const death of deaths) {
    await writer.event((tip) => deathFactDue(death, tip));
  }
  if (tick.servedAgain.length > 0) {
    await writer.event((tip) => servedAgainFactDue(tick.servedAgain, tip));
  }
  if (endings.length > 0) {
    // Before the event: a tick that dies in between finds the same endings again.
    await writer.effects(tick.spentRefs);
    await writer.event((tip) => endingsFactDue(endings, tip));
  }
  if (stops.length > 0) {
    await writer.event((tip) => stopsFactDue(stops, tip));
  }
  const reruns = await journalReruns(writer, tick);
  if (pause !== undefined) {
    await writer.event((tip) =>
      tip.fleet.pause === undefined ? { type: "paused", pause, by: undefined } : undefined,
    );
  }
  if (plan.withdrawals.length > 0) {
    await writer.event((tip) => withdrawalFact(plan, tip));
  }
  if (plan.approvals.length > 0) {
    await writer.event((tip) => approvalFact(plan, tip));
  }
  const kept = new Set(tick.kept);
  const ago = (days: number): string => clock.after(-Math.round(days * MINUTES_PER_DAY));
  await writer.event((tip) => archiveFactDue(tip, tick.configuration.history, ago, kept));
  return reruns;
}

/**
 * Returns the jobs to start again: those whose event landed, so that each is started once, and those
 * whose event is there and whose job was never asked for; GitHub refuses to start one twice.
 */
async function journalReruns(writer: Writer, tick: TickPlan): Promise<readonly Effect[]> {
  const reruns: Effect[] = [];
  for (const rerun of tick.reruns) {
    const landed = await writer.event((tip) => finalizeAgainFactDue(rerun, tip));
    if (landed !== undefined || rerun.isJournalled) {
      reruns.push({ type: "rerun-job", job: rerun.job });
    }
  }
  return reruns;
}

async function claim(
  ports: DispatchPorts,
  writer: Writer,
  { tick, run, credential }: DispatchInputs,
): Promise<readonly Claim[]> {
  if (tick.plan.ready.length === 0) {
    return [];
  }
  if (credential === "missing") {
    ports.log.notice(
      `${tick.plan.ready.length} issues are ready, but this run has no model credential, so it claims none. A run of Dependabot or a fork never has one; if others say this too, set the secret ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN.`,
    );
    return [];
  }
  // Read after everything that was observed: a base older than a blocker's merge lacks its work.
  const headSha = await ports.readBranch(tick.repository.defaultBranch);
  const now = ports.clock.now();
  const conditions = {
    configuration: tick.configuration,
    now,
    headSha,
    credential,
    busySlots: tick.busySlots,
    judgedClaims: new Set(tick.judgedClaims),
  };
  const stamp = { ...run, at: now, baseSha: headSha, newNonce: ports.newNonce };
  const appended = await writer.event((tip) => claimsFact(tick, tip, conditions, stamp));
  const fact = appended?.event.fact;
  return fact?.type === "dispatched" ? fact.claims : [];
}

/** What people see is repaired by the next tick, so a failure here must not stop this one. */
async function tryEffects(
  ports: DispatchPorts,
  writer: Writer,
  effects: readonly Effect[],
  escalateTo: readonly string[],
): Promise<void> {
  try {
    const outcomes = await writer.effects(effects);
    const told = await tellForbidden(ports, writer, outcomes, escalateTo);
    await journalNotices(writer, [...outcomes, ...told]);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    ports.log.warning(
      `Labels and comments could not be written (${said}). The next tick tries again.`,
    );
  }
}

const FORBIDDEN_KEY = "pull-request-forbidden";

/** Only a person can change the setting that keeps a pull request from being opened: one comment [F92]. */
async function tellForbidden(
  { journal }: DispatchPorts,
  writer: Writer,
  outcomes: readonly EffectOutcome[],
  escalateTo: readonly string[],
): Promise<readonly EffectOutcome[]> {
  const forbidden = outcomes.flatMap(({ effect, isForbidden }) =>
    effect.type === "open-pull-request" && isForbidden === true ? [effect.issue] : [],
  );
  if (forbidden.length === 0) {
    return [];
  }
  const { issues } = await journal.read();
  const untold = forbidden.filter(
    (issue) => issues.get(issue)?.notices.includes(FORBIDDEN_KEY) !== true,
  );
  return await writer.effects(
    untold.map((issue) => {
      const escalation = describeForbidden(issue, issues.get(issue)?.result);
      const body = formatForbiddenPullRequest(escalation, escalateTo);
      return { type: "comment-once", issue, key: FORBIDDEN_KEY, body };
    }),
  );
}

/** Remembers the comments that are made once: no later tick has to look whether they are there. */
async function journalNotices(writer: Writer, outcomes: readonly EffectOutcome[]): Promise<void> {
  const notices = outcomes.flatMap(({ effect, failure }) =>
    effect.type === "comment-once" && failure === undefined
      ? [{ issue: effect.issue, key: effect.key }]
      : [],
  );
  if (notices.length > 0) {
    await writer.event(() => ({ type: "noticed", notices }));
  }
}

function announce(claimed: Claim, { repository }: TickPlan): readonly Effect[] {
  const body = formatStatusComment({
    claim: claimed,
    result: undefined,
    manualFix: undefined,
    pullRequest: undefined,
    ended: undefined,
    endedBy: undefined,
    runUrl: `${repository.url}/actions/runs`,
  });
  return [
    { type: "set-state-label", issue: claimed.issue, state: "dispatched" },
    { type: "write-status-comment", issue: claimed.issue, body },
  ];
}
