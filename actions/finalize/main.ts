import * as core from "@actions/core";

import { connect } from "../../src/adapters/actions/connect.ts";
import {
  booleanInput,
  integerInput,
  optionalInput,
  requiredInput,
} from "../../src/adapters/actions/inputs.ts";
import { runAction } from "../../src/adapters/actions/run-action.ts";
import { BundleDelivery } from "../../src/adapters/git/bundle-delivery.ts";
import { assertControlRunner } from "../../src/core/fleet/control-runner.ts";
import { finalize } from "../../src/stages/finalize/finalize.ts";

await runAction(async () => {
  if (booleanInput("settle")) {
    await (await connect({ type: "configuration" })).world.apply([{ type: "start-tick" }]);
    return;
  }
  const issue = integerInput("issue", 1);
  const connection = await connect({ type: "delivery", issue });
  const { configuration, run, dryRun } = connection;
  assertControlRunner(optionalInput("control-runs-on"), configuration.machines);
  const delivery = new BundleDelivery({ ...connection, directory: requiredInput("handoff") });

  const report = await finalize(
    { ...connection, delivery },
    {
      issue,
      attempt: integerInput("attempt", 1),
      slot: requiredInput("slot"),
      claim: requiredInput("claim"),
      digest: optionalInput("digest"),
      run,
      configuration,
      dryRun,
    },
  );

  core.setOutput("pull-request", report.pullRequest ?? "");
  core.setOutput("outcome", report.outcome);
  core.info(`${report.outcome}: ${report.detail}`);
  core.info(`${connection.requestCount()} API requests.`);
});
