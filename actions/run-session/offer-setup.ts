import { join } from "node:path";

import * as core from "@actions/core";

import { connect } from "../../src/adapters/actions/connect.ts";
import { rememberExported } from "../../src/adapters/actions/exported-setup.ts";
import { openSessionTools } from "../../src/adapters/actions/session-tools.ts";
import { findSetup, SETUP_ACTION } from "../../src/stages/run-session/find-setup.ts";
import { readLeg } from "./leg.ts";

/** Puts the repository's own setup action where the job's next step can use it. */
export async function offerSetup(): Promise<void> {
  const leg = readLeg();
  const connection = await connect({ type: "session", issue: leg.issue });
  const { workspace } = await openSessionTools(connection, leg.issue, leg.claim);
  const into = connection.job.workspace;
  rememberExported(join(into, SETUP_ACTION));
  const hasSetup = await findSetup(
    { ...connection, workspace },
    { ...leg, run: connection.run },
    into,
  );
  core.setOutput("setup", hasSetup);
}
