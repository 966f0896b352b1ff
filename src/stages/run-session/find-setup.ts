import { isClaimOf } from "../../core/journal/claims.ts";
import type { RunSessionInputs, RunSessionPorts } from "./run-session.ts";

/** Where a repository keeps its own toolchain steps [N31]. */
export const SETUP_ACTION = ".github/actions/water-spider-setup";

/**
 * Puts the repository's setup action, as it is on the claimed base commit, where the job's next step
 * can use it. False when there is none, or when the claim is gone: the session will say so itself.
 */
export async function findSetup(
  { journal, workspace, log }: Pick<RunSessionPorts, "journal" | "workspace" | "log">,
  inputs: Pick<RunSessionInputs, "issue" | "claim" | "run" | "attempt" | "slot">,
  workflowWorkspace: string,
): Promise<boolean> {
  const claim = (await journal.read()).issues.get(inputs.issue)?.claim;
  if (claim === undefined || !isClaimOf(claim, inputs)) {
    return false;
  }
  await workspace.fetch([claim.baseSha]);
  const hasSetup = await workspace.exportFolder(claim.baseSha, SETUP_ACTION, workflowWorkspace);
  log.info(
    `${SETUP_ACTION} ${hasSetup ? "runs next, as" : "does not exist"} on the base ${claim.baseSha.slice(0, 12)}.`,
  );
  return hasSetup;
}
