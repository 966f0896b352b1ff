import * as core from "@actions/core";

import { connect } from "../../src/adapters/actions/connect.ts";
import { integerInput, requiredInput } from "../../src/adapters/actions/inputs.ts";
import { runAction } from "../../src/adapters/actions/run-action.ts";
import { openSessionTools } from "../../src/adapters/actions/session-tools.ts";
import { readConfiguration } from "../../src/adapters/configuration/read-configuration.ts";
import { every } from "../../src/adapters/every.ts";
import { runSession } from "../../src/stages/run-session/run-session.ts";

await runAction(async () => {
  const issue = integerInput("issue", 1);
  const claim = requiredInput("claim");
  const connection = await connect({ type: "session", issue });
  const { configurationPath, run } = connection;
  const tools = await openSessionTools(connection, issue, claim);
  core.saveState("claim", claim);
  core.saveState("places", JSON.stringify(tools.places));
  // The runner's cancel reaches this process alone; the session ends by the stop ladder.
  const cancelled = new AbortController();
  process.once("SIGINT", () => cancelled.abort());

  const report = await runSession(
    {
      ...connection,
      ...tools,
      every,
      readConfiguration: (text) => readConfiguration(text, configurationPath),
    },
    {
      issue,
      attempt: integerInput("attempt", 1),
      slot: requiredInput("slot"),
      claim,
      run,
      configurationPath,
      stop: cancelled.signal,
    },
  );

  core.setOutput("outcome", report.outcome);
  core.setOutput("digest", report.digest);
  core.setOutput("score", report.score ?? "");
  core.setOutput("claim", claim);
  core.setOutput("handoff", tools.places.handoff);
  core.setOutput("transcripts", tools.transcripts);
  core.info(`${report.result.ending}: ${report.result.detail}`);
});
