import { ConfigurationError } from "../../core/failure.ts";
import type { RunSessionPorts } from "./run-session.ts";

/** Where a repository keeps its own toolchain steps [N31]. */
export const SETUP_ACTION = ".github/actions/water-spider-setup";

/**
 * Puts the repository's setup action, as it is on the base commit, where the job's next step can use
 * it. False when there is none. Whether the claim still holds is for the session to find out.
 */
export async function findSetup(
  { workspace, log }: Pick<RunSessionPorts, "workspace" | "log">,
  baseSha: string,
  into: string,
): Promise<boolean> {
  try {
    await workspace.fetch([baseSha]);
    const hasSetup = await workspace.exportFolder(baseSha, SETUP_ACTION, into);
    log.info(
      `${SETUP_ACTION} ${hasSetup ? "runs next, as it is" : "does not exist"} on the base ${baseSha.slice(0, 12)}.`,
    );
    return hasSetup;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) {
      throw error;
    }
    // The session meets the same, and its result says so; a failed step would hand off nothing.
    log.warning(error.message);
    return false;
  }
}
