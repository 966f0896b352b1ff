import type { Configuration } from "../../core/configuration.ts";
import { type ClaimIdentity, mayFinalize } from "../../core/journal/claims.ts";
import type { FleetRecord, Outcome } from "../../core/journal/records.ts";
import type { Observation } from "../../core/observation.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Delivery } from "../../ports/delivery.ts";
import type { Journal } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import type { World } from "../../ports/world.ts";
import { makeWriter } from "../writer.ts";
import { journalResult } from "./journal-result.ts";
import { judgeManualFix } from "./judge-manual-fix.ts";
import { judgeWork } from "./judge-work.ts";
import { showResult } from "./show-result.ts";

export interface FinalizePorts {
  readonly world: World;
  readonly journal: Journal;
  readonly delivery: Delivery;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

export interface FinalizeInputs extends ClaimIdentity {
  readonly issue: number;
  /** SHA-256 that the session job put out; empty when it died before. */
  readonly digest: string;
  readonly configuration: Configuration;
  readonly dryRun: boolean;
}

export interface FinalizeReport {
  readonly outcome: Outcome;
  readonly detail: string;
  readonly score: number | undefined;
  readonly pullRequest: number | undefined;
}

/** Validates and delivers one session's work, or says why not; then starts the next tick. */
export async function finalize(
  ports: FinalizePorts,
  inputs: FinalizeInputs,
): Promise<FinalizeReport> {
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const report = await finalizeOnce(ports, inputs);
    if (report !== undefined) {
      return report;
    }
    ports.log.info(`What is wanted of #${inputs.issue} changed meanwhile; it is judged again.`);
  }
  throw new Error(`What is wanted of #${inputs.issue} changed ${MAX_ROUNDS} times in a row.`);
}

/** People change their mind; not so often that a delivery never ends. */
const MAX_ROUNDS = 5;

/** Returns `undefined` when what people want of the work changed after it was judged. */
async function finalizeOnce(
  ports: FinalizePorts,
  inputs: FinalizeInputs,
): Promise<FinalizeReport | undefined> {
  const { issues, fleet } = await ports.journal.read();
  const record = issues.get(inputs.issue);
  const claim = record?.claim;
  if (record === undefined || claim === undefined || !mayFinalize(claim, inputs)) {
    const detail = `The claim on #${inputs.issue} is not this run's any more; nothing is delivered.`;
    ports.log.warning(detail);
    await kickForLateJob(ports, inputs, fleet);
    return { outcome: "returned", detail, score: undefined, pullRequest: undefined };
  }
  const branch = `${inputs.configuration.branchPrefix}${inputs.issue}`;
  const observation = await observe(ports.world, inputs);
  const issue = observation.issues.get(inputs.issue);
  const writer = makeWriter(ports, inputs);
  const subject = { record, claim, branch, issue, observation };
  const work =
    claim.manualFix === undefined
      ? await judgeWork(ports, inputs, subject)
      : await judgeManualFix(ports, inputs, subject, claim.manualFix);
  const landed = await journalResult(ports, writer, inputs, work);
  if (landed.landing === "outdated") {
    return undefined;
  }
  if (landed.landing === "taken-back") {
    const detail = `The claim on #${inputs.issue} was taken back while it was being delivered.`;
    return { outcome: "returned", detail, score: undefined, pullRequest: undefined };
  }
  const { result } = landed;
  const pullRequest = await showResult(writer, work, result, inputs.configuration);
  return { outcome: result.outcome, detail: result.detail, score: result.score, pullRequest };
}

/** The job of a claim that was taken back started at last: a tick may use its slot again [F54]. */
async function kickForLateJob(
  ports: FinalizePorts,
  inputs: FinalizeInputs,
  { offline }: FleetRecord,
): Promise<void> {
  if (offline.some(({ claim }) => claim.nonce === inputs.claim)) {
    await makeWriter(ports, inputs).effects([{ type: "start-tick" }]);
  }
}

async function observe(
  world: World,
  { issue, configuration }: FinalizeInputs,
): Promise<Observation> {
  const { triggerLabel, branchPrefix } = configuration;
  return await world.observe({
    triggerLabel,
    branchPrefix,
    issues: () => [issue],
    scope: "only",
    branches: [],
    runs: [],
  });
}
