import type { Configuration } from "../core/configuration.ts";
import { decideResult, isOurBranch } from "../core/delivery/decide-result.ts";
import { type Judgement, judgeDelivery } from "../core/delivery/judge-delivery.ts";
import { refuseFiles } from "../core/delivery/path-policy.ts";
import { judgeQuality, type QualityReport } from "../core/delivery/quality.ts";
import type { Effect } from "../core/effects.ts";
import type { Claim, IssueRecord, Outcome, Result } from "../core/journal/records.ts";
import type { ObservedIssue, Observation } from "../core/observation.ts";
import { projectIssue, projectPullRequest } from "../core/plan/projections.ts";
import { heldStanding } from "../core/plan/standing.ts";
import { parseSessionResult, type SessionResult } from "../core/session/session-result.ts";
import { formatCommitMessage, formatSubject } from "../core/text/commit-message.ts";
import { formatPullRequestBody } from "../core/text/pull-request-body.ts";
import type { Clock } from "../ports/clock.ts";
import type { Delivery } from "../ports/delivery.ts";
import type { BranchUpdate, Journal } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";
import type { World } from "../ports/world.ts";
import { makeWriter, type Writer } from "./writer.ts";

export interface FinalizePorts {
  readonly world: World;
  readonly journal: Journal;
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly log: Log;
}

export interface FinalizeInputs {
  readonly issue: number;
  readonly attempt: number;
  readonly slot: string;
  readonly claim: string;
  /** SHA-256 that the session job put out; empty when it died before. */
  readonly digest: string;
  readonly run: { readonly runId: number; readonly runAttempt: number };
  readonly configuration: Configuration;
  readonly dryRun: boolean;
}

export interface FinalizeReport {
  readonly outcome: Outcome;
  readonly detail: string;
  readonly score: number | undefined;
  readonly pullRequest: number | undefined;
}

/** Validates and delivers one session's work, or says why not; then starts the next tick. */
export async function finalize(
  ports: FinalizePorts,
  inputs: FinalizeInputs,
): Promise<FinalizeReport> {
  const record = (await ports.journal.read()).issues.get(inputs.issue);
  const claim = record?.claim;
  if (record === undefined || claim === undefined || !isOurs(claim, inputs)) {
    const detail = `The claim on #${inputs.issue} is not this run's any more; nothing is written.`;
    ports.log.warning(detail);
    return { outcome: "returned", detail, score: undefined, pullRequest: undefined };
  }
  const branch = `${inputs.configuration.branchPrefix}${inputs.issue}`;
  const observation = await observe(ports.world, inputs);
  const issue = observation.issues.get(inputs.issue);
  const writer = makeWriter(ports, inputs);
  const work = await judge(ports, inputs, { record, claim, branch, issue, observation });
  const result = await journalResult(ports, writer, inputs, work);
  if (result === undefined) {
    const detail = `The claim on #${inputs.issue} was taken back while it was being delivered.`;
    return { outcome: "returned", detail, score: undefined, pullRequest: undefined };
  }
  const pullRequest = await project(writer, work, result);
  return { outcome: result.outcome, detail: result.detail, score: result.score, pullRequest };
}

function isOurs(claim: Claim, { claim: nonce, attempt, run }: FinalizeInputs): boolean {
  return (
    claim.nonce === nonce &&
    claim.attempt === attempt &&
    claim.runId === run.runId &&
    claim.runAttempt === run.runAttempt
  );
}

async function observe(
  world: World,
  { issue, configuration }: FinalizeInputs,
): Promise<Observation> {
  const { triggerLabel, branchPrefix } = configuration;
  return await world.observe({
    triggerLabel,
    branchPrefix,
    issues: () => [issue],
    scope: "only",
    branches: [],
    runs: [],
  });
}

interface Subject {
  readonly record: IssueRecord;
  readonly claim: Claim;
  readonly branch: string;
  readonly issue: ObservedIssue | undefined;
  readonly observation: Observation;
}

interface JudgedWork extends Subject {
  readonly session: SessionResult | undefined;
  readonly judgement: Judgement;
  readonly quality: QualityReport;
  readonly title: string;
  /** Where the branch is now, for the lease of the push. */
  readonly branchTip: string | undefined;
  readonly notes: readonly string[];
}

async function judge(
  { delivery }: FinalizePorts,
  inputs: FinalizeInputs,
  subject: Subject,
): Promise<JudgedWork> {
  const { claim, issue, observation, branch, record } = subject;
  const { checks, quality: bands, retry } = inputs.configuration;
  const handed = await readHandOff(delivery, inputs, claim);
  const session = handed === undefined || "error" in handed ? undefined : handed;
  const quality = judgeQuality(checks, session?.checks ?? [], bands);
  const hasWork = session?.ending === "worked";
  const branchTip = hasWork ? await delivery.readBranch(branch) : undefined;
  const refusals = hasWork ? await refuseWork(delivery, claim, record, issue, branchTip) : [];
  const { headSha } = observation.repository;
  const isMoved = headSha !== claim.baseSha;
  const mergesCleanly =
    !hasWork || !isMoved || refusals.length > 0 || (await delivery.mergesCleanly(headSha));
  const judgement = judgeDelivery({
    session: handed,
    refusals,
    quality,
    mergesCleanly,
    attempt: claim.attempt,
    retry,
  });
  const title = formatSubject(session?.title, issue?.title ?? `issue ${inputs.issue}`);
  const notes = [
    ...(isMoved
      ? [`The checks ran on \`${claim.baseSha.slice(0, 12)}\`; the base moved since.`]
      : []),
    ...(issue !== undefined && issue.textHash !== claim.textHash
      ? ["The text of the issue changed while the session ran."]
      : []),
  ];
  return { ...subject, session, judgement, quality, title, branchTip, notes };
}

async function readHandOff(
  delivery: Delivery,
  { digest, issue, run }: FinalizeInputs,
  claim: Claim,
): Promise<SessionResult | { readonly error: string } | undefined> {
  const json = await delivery.readResult();
  if (json === undefined || digest === "") {
    return undefined;
  }
  if ((await delivery.digest()) !== digest) {
    return { error: "its digest is not the one that the session job put out" };
  }
  const session = parseSessionResult(json);
  if ("error" in session) {
    return session;
  }
  const isOfClaim =
    session.claim === claim.nonce &&
    session.issue === issue &&
    session.runId === run.runId &&
    session.runAttempt === run.runAttempt &&
    (session.ending === "refused" || session.baseSha === claim.baseSha);
  return isOfClaim ? session : { error: "it belongs to another claim" };
}

/** Why the work itself cannot be delivered; each reason is a sentence. */
async function refuseWork(
  delivery: Delivery,
  claim: Claim,
  record: IssueRecord,
  issue: ObservedIssue | undefined,
  branchTip: string | undefined,
): Promise<readonly string[]> {
  const files = await delivery.open(claim.baseSha);
  return [
    ...("error" in files ? [`The bundle cannot be used: ${files.error}.`] : refuseFiles(files)),
    ...(record.approval === undefined ? ["The approval was withdrawn while it ran."] : []),
    ...(issue?.state === "open" ? [] : ["The issue is not open any more."]),
    ...(isOurBranch(branchTip, record) ? [] : ["Somebody else pushed to the issue's branch."]),
  ];
}

/** The first write: result event and branch land together or not at all (design section 2). */
async function journalResult(
  { delivery, clock }: FinalizePorts,
  writer: Writer,
  inputs: FinalizeInputs,
  work: JudgedWork,
): Promise<Result | undefined> {
  const { judgement, session, quality, title, branch, branchTip, claim } = work;
  const at = clock.now();
  const headSha =
    judgement.deliver === undefined
      ? undefined
      : await delivery.commit(formatCommitMessage(title, inputs.issue), at);
  const result = decideResult({
    judgement,
    session,
    score: session?.ending === "worked" ? quality.total : undefined,
    delivered: headSha === undefined ? undefined : { headSha, title },
    at,
    notBefore:
      judgement.delayMinutes === undefined ? undefined : clock.after(judgement.delayMinutes),
  });
  const alongside: BranchUpdate | undefined =
    headSha === undefined ? undefined : { branch, sha: headSha, expected: branchTip };
  const appended = await writer.event(
    (tip) =>
      tip.issues.get(inputs.issue)?.claim?.nonce === claim.nonce
        ? { type: "result", issue: inputs.issue, claim: claim.nonce, result }
        : undefined,
    alongside,
  );
  if (judgement.pauses !== undefined) {
    const pause = {
      reason: judgement.pauses,
      detail: result.detail,
      until: undefined,
      baseSha: undefined,
    };
    await writer.event((tip) =>
      tip.fleet.pause === undefined ? { type: "paused", pause, by: undefined } : undefined,
    );
  }
  return appended === undefined && !inputs.dryRun ? undefined : result;
}

/** Shows people what was journalled. Returns the pull request's number. */
async function project(
  writer: Writer,
  work: JudgedWork,
  result: Result,
): Promise<number | undefined> {
  const { issue, record, observation, branch } = work;
  const opened = result.pullRequest === undefined ? [] : [pullRequestOf(work, result.pullRequest)];
  const outcomes = await writer.effects(opened);
  const number = outcomes.find((outcome) => outcome.pullRequest !== undefined)?.pullRequest;
  if (issue === undefined) {
    await writer.effects([{ type: "start-tick" }]);
    return number;
  }
  const after: IssueRecord = { ...record, claim: undefined, result };
  const known = observation.pullRequests.find(({ headBranch }) => headBranch === branch);
  const pullRequest =
    number === undefined
      ? known
      : {
          number,
          headBranch: branch,
          headSha: result.headSha ?? "",
          state: "open" as const,
          isDraft: result.pullRequest?.isDraft ?? false,
          labels: known?.labels ?? [],
          milestone: known?.milestone,
          url: known?.url ?? "",
        };
  const standing = heldStanding(result, after.attempts, pullRequest, { max: Infinity });
  const waits = result.notBefore === undefined ? "queued" : "retrying";
  const { repository } = observation;
  const state = standing?.state ?? waits;
  const view = { issue, state, record: after, pullRequest, repository };
  await writer.effects([
    ...projectPullRequest(pullRequest, result, issue),
    ...projectIssue(view),
    { type: "start-tick" },
  ]);
  return number;
}

function pullRequestOf(
  { claim, session, quality, notes, observation, branch }: JudgedWork,
  plan: NonNullable<Result["pullRequest"]>,
): Extract<Effect, { readonly type: "open-pull-request" }> {
  return {
    type: "open-pull-request",
    issue: claim.issue,
    branch,
    base: observation.repository.defaultBranch,
    title: `${plan.title} (#${claim.issue})`,
    body: formatPullRequestBody({ issue: claim.issue, result: session, quality, notes }),
    isDraft: plan.isDraft,
  };
}
