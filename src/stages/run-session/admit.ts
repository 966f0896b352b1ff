import type { Configuration } from "../../core/configuration.ts";
import { isClaimOf } from "../../core/journal/claims.ts";
import type { Approval, Claim, JournalState, LastFailure } from "../../core/journal/records.ts";
import type { Observation, ObservedIssue, ObservedPullRequest } from "../../core/observation.ts";
import { judgeBlocker } from "../../core/plan/blockers.ts";
import { listBlockersOf } from "../../core/plan/rests-on.ts";
import { findShortage, type FreeSpace, MACHINE_FULL } from "../../core/session/free-space.ts";
import { isAfter } from "../../core/text/instant.ts";
import { LabelReader } from "../../core/text/label-reading.ts";
import type { RunSessionInputs, RunSessionPorts } from "./run-session.ts";

/** Everything that a session needs, checked against what was claimed. */
export interface Admission {
  readonly claim: Claim;
  readonly issue: ObservedIssue;
  /** The configuration of the pinned commit, not of today's. */
  readonly configuration: Configuration;
  /** Commit of work that an earlier attempt of this delivery left [N11]. */
  readonly keptSha: string | undefined;
  readonly lastFailure: LastFailure | undefined;
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
  const journal = await ports.journal.read();
  const record = journal.issues.get(inputs.issue);
  const claim = record?.claim;
  if (claim === undefined || !isClaimOf(claim, inputs)) {
    return {
      cause: "claim-gone",
      detail: `#${inputs.issue} is not claimed by run ${inputs.run.runId}, attempt ${inputs.run.runAttempt} any more.`,
      claim: undefined,
    };
  }
  if (record?.stop !== undefined) {
    const { reason } = record.stop;
    return refuse(claim, "cancelled", `A stop was asked for before it started: ${reason}.`);
  }
  // Before anything is written: without room neither the lock nor the fetch would come about.
  const spaces = await ports.workspace.readFreeSpace();
  const full = refuseFull(claim, spaces, undefined);
  if (full !== undefined) {
    return full;
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
  const tooFull = refuseFull(claim, spaces, configuration.workspace.minFreeDiskBytes);
  if (tooFull !== undefined) {
    return tooFull;
  }
  const { issues, repository } = await observe(ports, configuration, [inputs.issue]);
  const issue = issues.get(inputs.issue);
  const change =
    issue === undefined
      ? "The issue does not exist any more."
      : changed(issue, claim, record.approval);
  if (issue === undefined || change !== undefined) {
    return refuse(claim, "issue-changed", change ?? "");
  }
  const { keptSha, lastFailure } = record;
  const blockers = await openBlockers(ports, configuration, journal, issue, repository.name);
  return blockers.length > 0
    ? refuse(claim, "blocked", `It is blocked by ${blockers.join(" and ")} now.`)
    : { claim, issue, configuration, keptSha, lastFailure };
}

/** People have to know which machine it was [W30c]. */
function refuseFull(
  claim: Claim,
  spaces: readonly FreeSpace[],
  minFreeBytes: number | undefined,
): Refusal | undefined {
  const shortage = findShortage(spaces, minFreeBytes);
  return shortage === undefined
    ? undefined
    : refuse(claim, MACHINE_FULL, `${claim.machine} has too little room. ${shortage}`);
}

async function observe(
  ports: RunSessionPorts,
  { triggerLabel, branchPrefix }: Configuration,
  wanted: readonly number[],
): Promise<Observation> {
  return await ports.world.observe({
    triggerLabel,
    branchPrefix,
    issues: () => wanted,
    scope: "only",
    branches: [],
    runs: [],
  });
}

function changed(issue: ObservedIssue, claim: Claim, approval: Approval): string | undefined {
  if (issue.state === "closed") {
    return "The issue was closed since it was claimed.";
  }
  if (issue.trigger === undefined) {
    return "The trigger label was removed since the issue was claimed.";
  }
  if (isAfter(issue.trigger.at, approval.at)) {
    return "The trigger label was set again since the issue was approved.";
  }
  return issue.textHash === claim.textHash
    ? undefined
    : "The text of the issue changed since it was claimed.";
}

/**
 * What it waits for may have been added or reopened since it was claimed, in whatever form it is
 * declared [F44, F37]. Pull requests cannot be read here: one that the journal says was made counts
 * as open.
 */
async function openBlockers(
  ports: RunSessionPorts,
  configuration: Configuration,
  journal: JournalState,
  issue: ObservedIssue,
  repository: string,
): Promise<readonly string[]> {
  const native = issue.blockedBy.filter(({ state }) => state === "open");
  const hidden = issue.openBlockerCount > native.length ? ["an issue that is not visible"] : [];
  const foreign = native
    .filter((reference) => reference.repository.toLowerCase() !== repository.toLowerCase())
    .map((reference) => `${reference.repository}#${reference.number}`);
  const reader = new LabelReader(configuration.triggerLabel);
  const named = listBlockersOf(issue, {
    repository,
    sources: configuration.dependencySources,
    readLabels: ({ labels }) => reader.read(labels),
  });
  if (named.length === 0) {
    return [...foreign, ...hidden];
  }
  const observation = await observe(ports, configuration, named);
  const { unblockOn } = configuration;
  const pullRequests = madePullRequests(journal, configuration.branchPrefix);
  const context = { observation, journal, pullRequests, unblockOn };
  const open = [...new Set(named)].filter(
    (one) => !judgeBlocker(one, observation.issues.get(one), context).startsWith("resolved"),
  );
  return [...foreign, ...hidden, ...open.map((one) => `#${one}`)];
}

function madePullRequests(
  { issues }: JournalState,
  branchPrefix: string,
): ReadonlyMap<number, ObservedPullRequest> {
  return new Map(
    [...issues.values()].flatMap(({ issue, result }) =>
      result?.headSha === undefined
        ? []
        : [
            [
              issue,
              {
                number: 0,
                headBranch: `${branchPrefix}${issue}`,
                headSha: result.headSha,
                state: "open",
                isDraft: false,
                closedAt: undefined,
                labels: [],
                milestone: undefined,
                url: "",
              },
            ] as const,
          ],
    ),
  );
}

function refuse(claim: Claim, cause: string, detail: string): Refusal {
  return { cause, detail, claim };
}
