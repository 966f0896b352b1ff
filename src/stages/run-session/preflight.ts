import type { Configuration } from "../../core/configuration.ts";
import { ConfigurationError } from "../../core/failure.ts";
import { classifyAgentRun } from "../../core/session/agent-outcome.ts";
import { ANSWER_SCHEMA } from "../../core/session/agent-run.ts";
import { findShortage } from "../../core/session/free-space.ts";
import { judgeMachine, type MachineFinding } from "../../core/session/preflight.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { RunSessionPorts } from "./run-session.ts";

const MINUTE_MS = 60_000;

/** What one answer of the model may cost and take; it is asked for nothing but a greeting. */
const PROBE = { maxTurns: 3, maxBudgetUsd: 0.5, hardLimitMs: 2 * MINUTE_MS, stallMs: MINUTE_MS };

/**
 * Looks at the machine before anything is done on it. Throws `ConfigurationError` with everything
 * that keeps a session from working here; says what is merely odd.
 */
export async function assertFitMachine(
  { inspectMachine, log }: Pick<RunSessionPorts, "inspectMachine" | "log">,
  configuration: Configuration,
  slot: string,
): Promise<void> {
  const facts = await inspectMachine(configuration);
  const findings = judgeMachine(facts, configuration, slot);
  const errors = findings.filter(({ level }) => level === "error");
  findings
    .filter(({ level }) => level === "warning")
    .forEach(({ message }) => log.warning(`Runner ${facts.runner}: ${message}`));
  findings.filter(({ level }) => level === "notice").forEach(({ message }) => log.notice(message));
  findings.filter(({ level }) => level === "info").forEach(({ message }) => log.info(message));
  if (errors.length > 0) {
    const told = errors.map(({ message }) => message).join("\n");
    throw new ConfigurationError(`The runner ${facts.runner} cannot work: ${told}`);
  }
}

/**
 * The same for people who set a machine up, without an issue: all findings at once, the agent and
 * its credential included. The model is asked for one answer, because only that shows whether the
 * credential and the model's name are right.
 */
export async function lookAtMachine(
  {
    inspectMachine,
    openAgent,
    workspace,
    probeDirectory,
  }: Pick<RunSessionPorts, "inspectMachine" | "openAgent"> & {
    readonly workspace: Pick<Workspace, "readFreeSpace">;
    readonly probeDirectory: string;
  },
  configuration: Configuration,
  slot: string | undefined,
): Promise<readonly MachineFinding[]> {
  const facts = await inspectMachine(configuration);
  const { minFreeDiskBytes } = configuration.workspace;
  const shortage = findShortage(await workspace.readFreeSpace(), minFreeDiskBytes);
  const agent = await tryAgent({ openAgent, probeDirectory }, configuration.session);
  return [
    ...judgeMachine(facts, configuration, slot),
    ...(shortage === undefined ? [] : [{ level: "error", message: shortage } as const]),
    ...(agent === undefined ? [] : [{ level: "error", message: agent } as const]),
  ];
}

/** Returns why the agent cannot work here; `undefined` = it can. */
async function tryAgent(
  {
    openAgent,
    probeDirectory,
  }: Pick<RunSessionPorts, "openAgent"> & { readonly probeDirectory: string },
  { model, sandbox }: Pick<Configuration["session"], "model" | "sandbox">,
): Promise<string | undefined> {
  try {
    const agent = await openAgent();
    const run = await agent.run({
      ...PROBE,
      resume: false,
      softLimitMs: PROBE.hardLimitMs,
      onSoftLimit: () => undefined,
      onGracefulEnd: () => undefined,
      worktree: probeDirectory,
      prompt:
        "Use no tool. End with the structured answer: status done, title and summary 'ready'.",
      systemPrompt: "You are asked only whether you can be reached.",
      allowedTools: ["Bash(git status)"],
      sandbox,
      model,
      answerSchema: ANSWER_SCHEMA,
      stop: { aborted: false, addEventListener: () => undefined },
    });
    const outcome = classifyAgentRun(run);
    // Whatever it answers, it was reached with this credential under this name.
    const isReached = outcome.type === "answered" || outcome.cause === "no-answer";
    return isReached ? undefined : explain(outcome.cause, outcome.detail, model);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.message;
    }
    throw error;
  }
}

function explain(cause: string, detail: string, model: string | undefined): string {
  switch (cause) {
    case "credentials-refused":
      return `${detail} The credential is wrong or has expired. Make a new one (claude setup-token for a subscription, or an API key) and set it as the repository's secret; a login of 'claude' on the machine itself is not used.`;
    case "model-not-found":
      return `${detail} Set 'session.model' in the configuration to a model that this account may use${model === undefined ? "" : `, or leave it out; it is '${model}'`}.`;
    case "account-limit":
      return `${detail} Wait until the account's limit resets, or raise it.`;
    default:
      return `The agent did not answer (${cause}): ${detail}`;
  }
}
