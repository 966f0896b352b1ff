import { randomUUID } from "node:crypto";

import * as core from "@actions/core";

import { connectJob, openJournal } from "../../src/adapters/actions/connect.ts";
import { booleanInput, optionalInput, requiredInput } from "../../src/adapters/actions/inputs.ts";
import { readPlanFile } from "../../src/adapters/actions/plan-file.ts";
import { runAction } from "../../src/adapters/actions/run-action.ts";
import { readBranch } from "../../src/adapters/git/read-branch.ts";
import { assertControlRunner } from "../../src/core/fleet/control-runner.ts";
import { formatMatrix } from "../../src/core/text/matrix.ts";
import { dispatch } from "../../src/stages/dispatch.ts";
import { runCommand } from "./command.ts";
import { runReply } from "./status.ts";

/** Announcing claims must not keep their sessions waiting. */
const ANNOUNCE_LIMIT_MS = 15_000;

await runAction(async () => {
  if (optionalInput("command") !== "") {
    await runCommand();
    return;
  }
  const tick = await readPlanFile(requiredInput("plan"), requiredInput("plan-digest"));
  if (booleanInput("reply")) {
    await runReply(tick);
    return;
  }
  assertControlRunner(optionalInput("control-runs-on"), tick.configuration.machines);
  const connection = await connectJob({ type: "configuration" });
  const journal = openJournal(connection, tick.configuration);
  const credential = optionalInput("credential") === "missing" ? "missing" : "present";
  const { run, dryRun } = connection;

  const emit = (claims: Parameters<typeof formatMatrix>[0]): void => {
    core.setOutput("matrix", formatMatrix(claims, tick.configuration));
    core.setOutput("count", claims.length);
    setTimeout(() => process.exit(0), ANNOUNCE_LIMIT_MS).unref();
  };
  const ports = {
    ...connection,
    journal,
    newNonce: randomUUID,
    readBranch: (branch: string) => readBranch(connection.git, connection.remoteUrl, branch),
  };
  await dispatch(ports, { tick, run, credential, dryRun, emit });

  core.info(`${connection.requestCount()} API requests.`);
});
