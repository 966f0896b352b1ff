import type { Configuration } from "../../core/configuration.ts";
import { isClaimOf } from "../../core/journal/claims.ts";
import type { Claim } from "../../core/journal/records.ts";
import type { ObservedIssue } from "../../core/observation.ts";
import { LabelReader } from "../../core/text/label-reading.ts";
import type { RunSessionInputs, RunSessionPorts } from "./run-session.ts";

/** Everything that a session needs, checked against what was claimed. */
export interface Admission {
  readonly claim: Claim;
  readonly issue: ObservedIssue;
  /** The configuration of the pinned commit, not of today's. */
  readonly configuration: Configuration;
}

/** Why a session is not started: the claim is given back and no attempt counts. */
export interface Refusal {
  readonly cause: string;
  readonly detail: string;
  /** The claim, when there is one that this run may give back. */
  readonly claim: Claim | undefined;
}

/**
 * Admits a session only if the claim is this run's, nobody else started it, and issue, approval and
 * blockers are as they were when it was claimed [F04, F28, F44].
 */
export async function admit(
  ports: RunSessionPorts,
  inputs: RunSessionInputs,
): Promise<Admission | Refusal> {
  const record = (await ports.journal.read()).issues.get(inputs.issue);
  const claim = record?.claim;
  if (claim === undefined || !isClaimOf(claim, inputs)) {
    return {
      cause: "claim-gone",
      detail: `#${inputs.issue} is not claimed by run ${inputs.run.runId}, attempt ${inputs.run.runAttempt} any more.`,
      claim: undefined,
    };
  }
  if (!(await ports.workspace.tryLock())) {
    return refuse(claim, "already-started", "This claim was started on this machine before.");
  }
  if (record?.approval?.textHash !== claim.textHash) {
    return refuse(claim, "approval-changed", "The approval changed since the issue was claimed.");
  }
  await ports.workspace.fetch([claim.baseSha, claim.configurationSha]);
  const configuration = ports.readConfiguration(
    await ports.workspace.readFile(claim.configurationSha, inputs.configurationPath),
  );
  const issue = await observe(ports, inputs, configuration);
  const change = issue === undefined ? "The issue does not exist any more." : changed(issue, claim);
  if (issue === undefined || change !== undefined) {
    return refuse(claim, "issue-changed", change ?? "");
  }
  const blockers = await openBlockers(ports, inputs, configuration, issue);
  return blockers.length > 0
    ? refuse(claim, "blocked", `It is blocked by ${blockers.join(" and ")} now.`)
    : { claim, issue, configuration };
}

async function observe(
  ports: RunSessionPorts,
  { issue }: RunSessionInputs,
  { triggerLabel, branchPrefix }: Configuration,
): Promise<ObservedIssue | undefined> {
  const observation = await ports.world.observe({
    triggerLabel,
    branchPrefix,
    issues: () => [issue],
    scope: "only",
    branches: [],
    runs: [],
  });
  return observation.issues.get(issue);
}

function changed(issue: ObservedIssue, claim: Claim): string | undefined {
  if (issue.state === "closed") {
    return "The issue was closed since it was claimed.";
  }
  if (issue.trigger === undefined) {
    return "The trigger label was removed since the issue was claimed.";
  }
  return issue.textHash === claim.textHash
    ? undefined
    : "The text of the issue changed since it was claimed.";
}

/** The body is the approved one, so only labels and native dependencies can be new. */
async function openBlockers(
  ports: RunSessionPorts,
  inputs: RunSessionInputs,
  configuration: Configuration,
  issue: ObservedIssue,
): Promise<readonly string[]> {
  const native = issue.blockedBy
    .filter(({ state }) => state === "open")
    .map(({ repository, number }) => `${repository}#${number}`);
  const hidden = issue.openBlockerCount > native.length ? ["an issue that is not visible"] : [];
  const labelled = new LabelReader(configuration.triggerLabel).read(issue.labels).blockedBy;
  if (labelled.length === 0) {
    return [...native, ...hidden];
  }
  const { triggerLabel, branchPrefix } = configuration;
  const { issues } = await ports.world.observe({
    triggerLabel,
    branchPrefix,
    issues: () => labelled,
    scope: "only",
    branches: [],
    runs: [],
  });
  const open = labelled.filter((one) => issues.get(one)?.state !== "closed");
  return [...native, ...hidden, ...open.map((one) => `#${one}`)];
}

function refuse(claim: Claim, cause: string, detail: string): Refusal {
  return { cause, detail, claim };
}
