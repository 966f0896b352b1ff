import type { ManualFix } from "../../core/journal/records.ts";
import type { SessionResult } from "../../core/session/session-result.ts";
import type { Admission } from "./admit.ts";
import { runChecks } from "./check.ts";
import { newResult, type ResultFacts, STOPPED } from "./pack.ts";
import type { RunSessionInputs, RunSessionPorts } from "./run-session.ts";
import { watchForStop } from "./watch-for-stop.ts";

/**
 * Checks a commit that people pushed, as it is: no agent runs, nothing is written into the worktree,
 * and no credential of the model is needed [E21, E29a].
 */
export async function checkManualFix(
  ports: RunSessionPorts,
  inputs: RunSessionInputs,
  admission: Admission,
  { manualFix, startedAt }: { readonly manualFix: ManualFix; readonly startedAt: string },
): Promise<SessionResult> {
  const { claim, configuration } = admission;
  const { baseSha, textHash } = claim;
  const { headSha } = manualFix;
  const watch = watchForStop(ports, inputs);
  try {
    await ports.workspace.open({
      issue: inputs.issue,
      textHash,
      branch: `${configuration.branchPrefix}${inputs.issue}`,
      baseSha,
      pushedSha: headSha,
      settings: configuration.workspace,
      sandbox: configuration.session.sandbox,
    });
    // Before anything is prepared: what differs now is what people pushed, and nothing else.
    const { files } = await ports.workspace.harvest();
    ports.log.info(`The pushed commit ${headSha} differs from the base in ${files.length} files.`);
    const facts: ResultFacts = { ...DONE, startedAt, baseSha, files };
    if (files.length === 0) {
      return newResult(inputs, { ...facts, ...SAME_AS_BASE }, ports.clock);
    }
    const work = { files, baseSha, isPrepared: false };
    const { results: checks, failure } = await runChecks(ports, configuration, work, watch);
    await ports.workspace.sweep();
    if (watch.aborted) {
      return newResult(inputs, { ...facts, ...STOPPED }, ports.clock);
    }
    return failure === undefined
      ? newResult(inputs, { ...facts, checks }, ports.clock)
      : newResult(inputs, { ...facts, checks, ending: "failed", ...failure }, ports.clock);
  } finally {
    watch.end();
  }
}

const DONE = {
  ending: "worked",
  cause: undefined,
  detail: "The pushed commit was checked.",
} as const;

const SAME_AS_BASE = {
  ending: "failed",
  cause: "no-change",
  detail: "The pushed commit does not differ from the base.",
} as const;
