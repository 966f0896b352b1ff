import * as core from "@actions/core";

import { openCachedSnapshots } from "../../src/adapters/actions/cached-snapshots.ts";
import { connect } from "../../src/adapters/actions/connect.ts";
import { writePlanFile } from "../../src/adapters/actions/plan-file.ts";
import { runAction } from "../../src/adapters/actions/run-action.ts";
import { formatPlanSummary } from "../../src/core/text/plan-summary.ts";
import { collect } from "../../src/stages/collect.ts";

await runAction(async () => {
  const connection = await connect({ type: "backlog" }, openCachedSnapshots);
  const { configuration, repository } = connection;

  const tick = await collect(connection, { configuration, repositoryName: repository.name });

  const file = await writePlanFile(tick, connection.job.runnerTemp);
  core.setOutput("plan", file.path);
  core.setOutput("plan-digest", file.digest);
  core.setOutput("ready-count", tick.plan.ready.length);
  await core.summary.addRaw(formatPlanSummary(tick)).write();
  await connection.saveSnapshot(tick.journalSeq);
  core.info(`${tick.plan.ready.length} ready, ${connection.requestCount()} API requests.`);
});
