import type { Configuration } from "../../core/configuration.ts";
import { judgeDelivery } from "../../core/delivery/judge-delivery.ts";
import { judgeQuality } from "../../core/delivery/quality.ts";
import { ConfigurationError } from "../../core/failure.ts";
import { type ClaimIdentity, tryOf } from "../../core/journal/claims.ts";
import type { Outcome } from "../../core/journal/records.ts";
import type { MachineFacts } from "../../core/session/preflight.ts";
import type { SessionResult } from "../../core/session/session-result.ts";
import type { AbortSignalLike, Agent } from "../../ports/agent.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Journal } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import type { StartPoint, Workspace } from "../../ports/workspace.ts";
import type { World } from "../../ports/world.ts";
import { admit, type Admission } from "./admit.ts";
import { checkManualFix } from "./check-manual-fix.ts";
import { runChecks } from "./check.ts";
import { SETUP_ACTION } from "./find-setup.ts";
import { newResult, type ResultFacts, STOPPED } from "./pack.ts";
import { assertFitMachine } from "./preflight.ts";
import { prepareWorktree } from "./prepare-worktree.ts";
import { type RoleResult, runImplementer } from "./run-roles.ts";
import { watchForStop } from "./watch-for-stop.ts";

export interface RunSessionPorts {
  readonly world: Pick<World, "observe">;
  readonly journal: Pick<Journal, "read">;
  readonly workspace: Workspace;
  readonly inspectMachine: (
    configuration: Pick<Configuration, "prepare" | "checks">,
  ) => Promise<MachineFacts>;
  /** Finds the agent on this machine; throws `ConfigurationError` when it is not there. */
  readonly openAgent: () => Promise<Agent>;
  readonly clock: Clock;
  readonly log: Log;
  /** Does something again and again until the returned function is called. */
  readonly every: (seconds: number, work: () => Promise<void>) => () => void;
  /** Reads the text of a configuration file; throws `ConfigurationError`. */
  readonly readConfiguration: (text: string | undefined) => Configuration;
}

export interface RunSessionInputs extends ClaimIdentity {
  readonly issue: number;
  readonly configurationPath: string;
  /** How the repository's own setup action ended, which runs before; `none` = there is no such. */
  readonly setup: "none" | "succeeded" | "failed";
  readonly stop: AbortSignalLike;
}

export interface RunSessionReport {
  /** What the session itself would say; finalize decides. */
  readonly outcome: Outcome;
  readonly digest: string;
  readonly score: number | undefined;
  readonly result: SessionResult;
}

const START_TEXTS: Readonly<Record<StartPoint, string>> = {
  base: "The worktree starts from the base commit.",
  "kept-work": "The worktree starts from the work that an earlier attempt left.",
  conflict:
    "The work of an earlier attempt conflicts with the base: the worktree starts without it.",
  pushed: "The worktree holds what people pushed.",
};

/** One session for one issue: admit, work, check, pack. Whatever happens, a result is handed off. */
export async function runSession(
  ports: RunSessionPorts,
  inputs: RunSessionInputs,
): Promise<RunSessionReport> {
  const startedAt = ports.clock.now();
  let admission: Admission | undefined;
  try {
    const admitted = await admit(ports, inputs);
    if ("cause" in admitted) {
      ports.log.notice(`Not started: ${admitted.detail}`);
      const refused = { ...admitted, ending: "refused", startedAt } as const;
      return await handOff(ports, newResult(inputs, refused, ports.clock), undefined);
    }
    admission = admitted;
    return await handOff(ports, await work(ports, inputs, admission, startedAt), admission);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) {
      throw error;
    }
    // Every other session on this machine would fail in the same way: the fleet has to wait [N24].
    ports.log.warning(error.message);
    const { message: detail } = error;
    const failed = { ending: "failed", cause: "prepare-failed", detail, startedAt } as const;
    return await handOff(ports, newResult(inputs, failed, ports.clock), admission);
  }
}

async function work(
  ports: RunSessionPorts,
  inputs: RunSessionInputs,
  admission: Admission,
  startedAt: string,
): Promise<SessionResult> {
  const { claim, configuration } = admission;
  if (inputs.setup === "failed") {
    throw new ConfigurationError(
      `The repository's own action ${SETUP_ACTION} failed on the base ${claim.baseSha.slice(0, 12)}; its step in this run says why. Repair it, then resume the fleet.`,
    );
  }
  const { workspace: settings } = configuration;
  const { sandbox } = configuration.session;
  await assertFitMachine(ports, configuration, claim.slot);
  const { manualFix } = claim;
  if (manualFix !== undefined) {
    return await checkManualFix(ports, inputs, admission, { manualFix, startedAt });
  }
  const agent = await ports.openAgent();
  const branch = `${configuration.branchPrefix}${inputs.issue}`;
  const watch = watchForStop(ports, inputs);
  try {
    const { issue } = inputs;
    const { baseSha, textHash } = claim;
    const { keptSha } = admission;
    const request = { issue, textHash, branch, baseSha, keptSha, settings, sandbox };
    const start = await ports.workspace.open(request);
    ports.log.info(START_TEXTS[start]);
    const base = { startedAt, baseSha };
    await prepareWorktree(ports, configuration.prepare, { baseSha, start, stop: watch });
    if (watch.aborted) {
      return newResult(inputs, { ...base, ...STOPPED }, ports.clock);
    }
    const session = await runImplementer(ports, agent, { ...inputs, stop: watch }, admission, {
      branch,
      start,
    });
    const judged = await judge(ports, admission, session, watch);
    return newResult(inputs, { ...base, ...session, ...judged }, ports.clock);
  } finally {
    watch.end();
  }
}

/** Collects the work, whatever became of the session, and checks it if it is finished. */
async function judge(
  ports: RunSessionPorts,
  { claim, configuration }: Admission,
  session: RoleResult,
  stop: AbortSignalLike,
): Promise<Partial<ResultFacts>> {
  await ports.workspace.sweep();
  const { files } = await ports.workspace.harvest();
  ports.log.info(`The session changed ${files.length} files.`);
  if (session.ending !== "worked") {
    return { files };
  }
  if (files.length === 0) {
    return { files, ending: "failed", ...whyNoChange(session.agent) };
  }
  const { results: checks, failure } = await runChecks(
    ports,
    configuration,
    { files, baseSha: claim.baseSha, isPrepared: true },
    stop,
  );
  await ports.workspace.sweep();
  if (stop.aborted) {
    return { files, ...STOPPED };
  }
  return failure === undefined
    ? { files, checks }
    : { files, checks, ending: "failed", ...failure };
}

/** An agent that was not allowed to work would not be allowed to the next time either [F66, N25]. */
function whyNoChange({
  deniedTools,
}: SessionResult["agent"]): Pick<ResultFacts, "cause" | "detail"> {
  const names = [...new Set(deniedTools)].slice(0, 10).join(", ");
  return names === ""
    ? { cause: "no-change", detail: "Nothing was changed." }
    : {
        cause: "permission-denied",
        detail: `Nothing was changed; the agent was not allowed to use what it called: ${names}.`,
      };
}

async function handOff(
  { workspace }: RunSessionPorts,
  result: SessionResult,
  admission: Admission | undefined,
): Promise<RunSessionReport> {
  const digest = await workspace.handOff(`${JSON.stringify(result, undefined, 2)}\n`);
  if (admission === undefined) {
    return { outcome: "returned", digest, score: undefined, result };
  }
  const { checks, quality: bands, retry } = admission.configuration;
  const quality = judgeQuality(checks, result.checks, bands);
  const { outcome } = judgeDelivery({
    session: result,
    refusals: [],
    quality,
    mergesCleanly: true,
    attempt: tryOf(admission.claim),
    manualFix: admission.claim.manualFix,
    retry,
    stop: undefined,
    // The delay itself is finalize's to draw.
    jitter: 0,
  });
  const score = result.ending === "worked" ? quality.total : undefined;
  return { outcome, digest, score, result };
}
