import * as core from "@actions/core";

import { connect } from "../../src/adapters/actions/connect.ts";
import { choiceInput, integerInput, requiredInput } from "../../src/adapters/actions/inputs.ts";
import { openSessionTools } from "../../src/adapters/actions/session-tools.ts";
import { readConfiguration } from "../../src/adapters/configuration/read-configuration.ts";
import { every } from "../../src/adapters/every.ts";
import { runSession } from "../../src/stages/run-session/run-session.ts";

/** Runs the session of one claim and hands off its result, whatever happens. */
export async function session(): Promise<void> {
  const issue = integerInput("issue", 1);
  const claim = requiredInput("claim");
  const connection = await connect({ type: "session", issue });
  const { configurationPath, run } = connection;
  const tools = await openSessionTools(connection, issue, claim);
  core.saveState("claim", claim);
  core.saveState("places", JSON.stringify(tools.places));
  // The runner's cancel reaches this process alone: SIGINT, after 7.5 s SIGTERM, 2.5 s later the
  // end. The session ends by the stop ladder; what time is left is for the hand-off.
  const cancelled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => cancelled.abort());
  }

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
      setup: readSetupOutcome(),
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
}

/** The outcome of a step, as the runner names it; a step that did not run was `skipped`. */
function readSetupOutcome(): "none" | "succeeded" | "failed" {
  const outcome = choiceInput("setup-outcome", ["skipped", "success", "failure", "cancelled"]);
  switch (outcome) {
    case "skipped":
      return "none";
    case "success":
      return "succeeded";
    case "failure":
    case "cancelled":
      return "failed";
  }
}
