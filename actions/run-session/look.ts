import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";

import * as core from "@actions/core";

import { connect } from "../../src/adapters/actions/connect.ts";
import { optionalInput } from "../../src/adapters/actions/inputs.ts";
import { openSessionTools } from "../../src/adapters/actions/session-tools.ts";
import { ConfigurationError } from "../../src/core/failure.ts";
import type { MachineFinding } from "../../src/core/session/preflight.ts";
import { lookAtMachine } from "../../src/stages/run-session/preflight.ts";

/** Says what keeps sessions from working on this machine; fails the step when something does. */
export async function look(): Promise<void> {
  const connection = await connect({ type: "configuration" });
  const tools = await openSessionTools(connection, 0, `preflight-${randomUUID()}`);
  const { scratch, temporary, home } = tools.places;
  try {
    const findings = await lookAtMachine(
      { ...tools, probeDirectory: home },
      connection.configuration,
      optionalInput("slot") || undefined,
    );
    const messagesOf = (level: MachineFinding["level"]): readonly string[] =>
      findings.filter((finding) => finding.level === level).map(({ message }) => message);
    messagesOf("info").forEach((message) => core.info(message));
    messagesOf("notice").forEach((message) => core.notice(message));
    messagesOf("warning").forEach((message) => core.warning(message));
    const errors = messagesOf("error");
    if (errors.length > 0) {
      throw new ConfigurationError(errors.join("\n"));
    }
    core.info("Sessions can work on this machine.");
  } finally {
    await tools.workspace.sweep();
    for (const place of [scratch, temporary]) {
      await rm(place, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}
