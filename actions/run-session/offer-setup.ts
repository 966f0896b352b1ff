import { join } from "node:path";

import * as core from "@actions/core";

import { connectJob } from "../../src/adapters/actions/connect.ts";
import { rememberExported } from "../../src/adapters/actions/exported-setup.ts";
import { integerInput, patternInput, requiredInput } from "../../src/adapters/actions/inputs.ts";
import { openSessionTools } from "../../src/adapters/actions/session-tools.ts";
import { findSetup, SETUP_ACTION } from "../../src/stages/run-session/find-setup.ts";

/** Puts the repository's own setup action where the job's next step can use it. No API request. */
export async function offerSetup(): Promise<void> {
  const issue = integerInput("issue", 1);
  const claim = requiredInput("claim");
  const baseSha = patternInput("base-sha", /^[0-9a-f]{40,64}$/, "a commit's hash");
  const connection = await connectJob({ type: "configuration" });
  const { workspace } = await openSessionTools(connection, issue, claim);
  const into = connection.job.workspace;
  rememberExported(join(into, SETUP_ACTION));
  core.setOutput("setup", await findSetup({ ...connection, workspace }, baseSha, into));
}
