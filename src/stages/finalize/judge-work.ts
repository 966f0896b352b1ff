import type { Configuration } from "../../core/configuration.ts";
import { isOurBranch } from "../../core/delivery/decide-result.ts";
import { type Judgement, judgeDelivery } from "../../core/delivery/judge-delivery.ts";
import { refuseFiles } from "../../core/delivery/path-policy.ts";
import { judgeQuality, type QualityReport } from "../../core/delivery/quality.ts";
import type { Claim, IssueRecord } from "../../core/journal/records.ts";
import type { ObservedIssue, Observation, Permission } from "../../core/observation.ts";
import { formatReason } from "../../core/plan/reasons.ts";
import { decideApproval, listPermissionQuestions } from "../../core/plan/trust.ts";
import { parseSessionResult, type SessionResult } from "../../core/session/session-result.ts";
import { formatSubject } from "../../core/text/commit-message.ts";
import type { Delivery } from "../../ports/delivery.ts";
import type { World } from "../../ports/world.ts";
import type { FinalizeInputs, FinalizePorts } from "./finalize.ts";

/** What a delivery is about, as it was found. */
export interface Subject {
  readonly record: IssueRecord;
  readonly claim: Claim;
  readonly branch: string;
  readonly issue: ObservedIssue | undefined;
  readonly observation: Observation;
}

/** The same with what the session left, judged. */
export interface JudgedWork extends Subject {
  readonly session: SessionResult | undefined;
  readonly judgement: Judgement;
  readonly quality: QualityReport;
  readonly title: string;
  /** Where the branch is now, for the lease of the push. */
  readonly branchTip: string | undefined;
  /** Whether there is work that a later attempt may begin with, should it not be delivered. */
  readonly isKeepable: boolean;
  readonly notes: readonly string[];
}

/** Looks at the hand-off and decides what becomes of it; nothing is written yet. */
export async function judgeWork(
  ports: FinalizePorts,
  inputs: FinalizeInputs,
  subject: Subject,
): Promise<JudgedWork> {
  const { delivery, random } = ports;
  const { claim, issue, observation, branch } = subject;
  const { checks, quality: bands, retry } = inputs.configuration;
  const handed = await readHandOff(delivery, inputs, claim);
  const session = handed === undefined || "error" in handed ? undefined : handed;
  const quality = judgeQuality(checks, session?.checks ?? [], bands);
  const hasWork = session?.ending === "worked";
  const branchTip = hasWork ? await delivery.readRef(`refs/heads/${branch}`) : undefined;
  const bundle = await openBundle(delivery, claim, session);
  const refusals = hasWork ? await refuseWork(ports, inputs, subject, { bundle, branchTip }) : [];
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
    stop: subject.record.stop?.reason,
    stoppedBy: subject.record.stop?.by,
    jitter: random(),
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
  const isKeepable = bundle.files > 0 && bundle.refusals.length === 0;
  return { ...subject, session, judgement, quality, title, branchTip, isKeepable, notes };
}

/** Reads what the session handed over, if it is what its job put out, and of this claim. */
export async function readHandOff(
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
    session.runAttempt === claim.runAttempt &&
    (session.ending !== "worked" || session.baseSha === claim.baseSha);
  return isOfClaim ? session : { error: "it belongs to another claim" };
}

/** What the bundle holds, as far as that can be told without its origin. */
interface Bundle {
  readonly files: number;
  /** Why none of it may go anywhere; each reason is a sentence. */
  readonly refusals: readonly string[];
}

/** Also of a session that failed: what it left may be the beginning of the next attempt [F69]. */
async function openBundle(
  delivery: Delivery,
  { baseSha }: Claim,
  session: SessionResult | undefined,
): Promise<Bundle> {
  const isThere = session?.ending === "worked" || (session?.files.length ?? 0) > 0;
  if (!isThere || session?.baseSha !== baseSha) {
    return { files: 0, refusals: [] };
  }
  const files = await delivery.open(baseSha);
  return "error" in files
    ? { files: 0, refusals: [`The bundle cannot be used: ${files.error}.`] }
    : { files: files.length, refusals: refuseFiles(files) };
}

/** Why the work itself cannot be delivered; each reason is a sentence. */
async function refuseWork(
  ports: FinalizePorts,
  inputs: FinalizeInputs,
  subject: Subject,
  { bundle, branchTip }: { readonly bundle: Bundle; readonly branchTip: string | undefined },
): Promise<readonly string[]> {
  return [
    ...bundle.refusals,
    ...(await listRefusals(ports, inputs, subject)),
    ...(isOurBranch(branchTip, subject.record)
      ? []
      : ["Somebody else pushed to the issue's branch."]),
  ];
}

/** Why nothing of this issue can be delivered now, whatever the work is. */
export async function listRefusals(
  { world }: FinalizePorts,
  { configuration }: FinalizeInputs,
  subject: Subject,
): Promise<readonly string[]> {
  const { record, issue } = subject;
  const edit = await readVoidingEdit(world, configuration, subject);
  return [
    ...(record.approval === undefined ? ["The approval was withdrawn while it ran."] : []),
    ...(edit === undefined ? [] : [edit]),
    ...(issue?.state === "open" ? [] : ["The issue is not open any more."]),
  ];
}

/** A writer may edit the text while it runs; what a reader wrote was not approved [F28, F108]. */
async function readVoidingEdit(
  world: World,
  configuration: Configuration,
  { claim, record, issue, observation: { repository } }: Subject,
): Promise<string | undefined> {
  if (issue === undefined || issue.textHash === claim.textHash) {
    return undefined;
  }
  const context = { repository, configuration, permissions: new Map<string, Permission>() };
  const questions = listPermissionQuestions([issue], new Map([[issue.number, record]]), context);
  const permissions = await world.readPermissions(questions);
  const decision = decideApproval(issue, record, { ...context, permissions });
  return decision.decision === "refused" ? formatReason(decision.reason) : undefined;
}
