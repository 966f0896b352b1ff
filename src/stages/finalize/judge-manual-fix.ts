import { judgeDelivery, type Judgement, person } from "../../core/delivery/judge-delivery.ts";
import { judgeQuality } from "../../core/delivery/quality.ts";
import { MANUAL_FIX } from "../../core/journal/fold.ts";
import type { ManualFix, StopReason } from "../../core/journal/records.ts";
import { formatSubject } from "../../core/text/commit-message.ts";
import type { FinalizeInputs, FinalizePorts } from "./finalize.ts";
import { type JudgedWork, listRefusals, readHandOff, type Subject } from "./judge-work.ts";

/**
 * Judges a commit that people pushed, by the checks that ran on it. It lies on the branch already and
 * is delivered as it is or not at all: no path policy, no limits, no commit of ours [E21, E29a]. Only
 * the commit that the writer asked for counts: if the branch moved on, a person says so again.
 */
export async function judgeManualFix(
  ports: FinalizePorts,
  inputs: FinalizeInputs,
  subject: Subject,
  manualFix: ManualFix,
): Promise<JudgedWork> {
  const { delivery, random } = ports;
  const { record, claim, issue, observation, branch } = subject;
  const { checks, quality: bands, retry } = inputs.configuration;
  const { headSha } = manualFix;
  const handed = await readHandOff(delivery, inputs, claim);
  const session = handed === undefined || "error" in handed ? undefined : handed;
  const quality = judgeQuality(checks, session?.checks ?? [], bands);
  const branchTip = await delivery.readRef(`refs/heads/${branch}`);
  const isThere = branchTip === headSha;
  const isJudgeable = isThere && session?.ending === "worked";
  const refusals = isJudgeable ? await listRefusals(ports, inputs, subject) : [];
  const merge =
    isJudgeable && refusals.length === 0 && quality.closedGates.length === 0
      ? await delivery.mergePushed(headSha, observation.repository.headSha)
      : "clean";
  const judged = judgeDelivery({
    session: handed,
    refusals: merge === "contained" ? [CONTAINED] : refusals,
    quality,
    mergesCleanly: merge !== "conflict",
    attempt: manualFix.attempt,
    manualFix,
    retry,
    stop: record.stop?.reason,
    stoppedBy: record.stop?.by,
    jitter: random(),
  });
  const judgement =
    isThere || isUnwanted(record.stop?.reason)
      ? describe(judged, manualFix)
      : { ...movedAway(branch, branchTip, manualFix), pauses: judged.pauses };
  const planned = record.result?.pullRequest?.title;
  const notes =
    issue !== undefined && issue.textHash !== claim.textHash
      ? ["The text of the issue changed while the checks ran."]
      : [];
  return {
    ...subject,
    session,
    judgement,
    quality,
    title: planned ?? formatSubject(undefined, issue?.title ?? `issue ${inputs.issue}`),
    branchTip,
    isKeepable: false,
    notes,
  };
}

const CONTAINED = "It is part of the base branch already, so nothing is left to deliver.";

/** Whoever ended the work does not want to hear where its branch is. */
function isUnwanted(stop: StopReason | undefined): boolean {
  return stop !== undefined && stop !== "fleet-stop";
}

function movedAway(
  branch: string,
  tip: string | undefined,
  { headSha }: Pick<ManualFix, "headSha">,
): Judgement {
  const where = tip === undefined ? "does not exist any more" : `is at ${tip.slice(0, 12)} now`;
  const detail = `The branch ${branch} ${where}, and /manual-fix was said of ${headSha.slice(0, 12)}. Say it again for what is there.`;
  return person("branch-moved", detail);
}

/** Says which commit it is about, and who asked. */
function describe(judged: Judgement, { headSha, by }: ManualFix): Judgement {
  const commit = headSha.slice(0, 12);
  return judged.outcome === "delivered"
    ? {
        ...judged,
        cause: MANUAL_FIX,
        detail: `People wrote ${commit}, ${by} asked for it, and its checks are green.`,
      }
    : { ...judged, detail: `Commit ${commit}, which ${by} asked to check: ${judged.detail}` };
}
