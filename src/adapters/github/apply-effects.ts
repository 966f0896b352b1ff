import * as v from "valibot";

import type { Effect, EffectOutcome } from "../../core/effects.ts";
import { withBlock } from "../../core/text/markers.ts";
import type { GitHubClient } from "./client.ts";
import { sendGraphQL } from "./graphql.ts";
import { lookUp } from "./look-up.ts";
import {
  type BatchEffect,
  formatMutations,
  isBatchEffect,
  labelsOf,
  targetOf,
} from "./mutations.ts";
import { isStatus } from "./read-runs.ts";
import type { Targets } from "./targets.ts";

/** Colour of labels that have to be created, without `#`. */
const LABEL_COLOR = "bfd4f2";

/** What effects need besides the API. */
export interface EffectTools {
  /** What a kick starts: the caller's own workflow file, which must be on the default branch. */
  readonly kick: { readonly workflowFile: string; readonly branch: string };
  /** Removes a ref by git, which knows leases and costs no request; rejects when it is refused. */
  readonly removeRef: (spent: Extract<Effect, { readonly type: "remove-ref" }>) => Promise<void>;
}

/**
 * Applies effects and returns what became of each: first what stands alone, then all label and
 * comment writes as one aliased mutation, which counts as one request. A failed one leaves the rest.
 */
export async function applyEffects(
  client: GitHubClient,
  tools: EffectTools,
  effects: readonly Effect[],
  targets: Targets,
): Promise<readonly EffectOutcome[]> {
  await lookUp(client, effects, targets);
  const outcomes = new Map<Effect, EffectOutcome>();
  for (const effect of effects) {
    if (!isBatchEffect(effect) && effect.type !== "start-tick") {
      outcomes.set(effect, await applySingle(client, tools, effect, targets));
    }
  }
  for (const outcome of await applyBatch(client, effects.filter(isBatchEffect), targets)) {
    outcomes.set(outcome.effect, outcome);
  }
  // The kick comes last: the tick that it starts should see everything else.
  for (const effect of effects) {
    if (effect.type === "start-tick") {
      outcomes.set(effect, await startTick(client, tools.kick, effect));
    }
  }
  return effects.map((effect) => outcomes.get(effect) ?? { effect, failure: "it was not applied" });
}

async function applyBatch(
  client: GitHubClient,
  effects: readonly BatchEffect[],
  targets: Targets,
): Promise<readonly EffectOutcome[]> {
  try {
    for (const label of new Set(effects.flatMap(labelsOf))) {
      if (!targets.labelIds.has(label)) {
        targets.labelIds.set(label, await createLabel(client, label));
      }
    }
    const { document, variables, missingTarget } = formatMutations(effects, targets);
    if (document !== undefined) {
      // Written from here on, whatever the answer is: what was read of them does not hold any more.
      targets.forget(effects.map(targetOf));
    }
    const failures =
      document === undefined ? [] : (await sendGraphQL(client, document, variables)).failures;
    return effects.map((effect, index) => ({
      effect,
      failure:
        missingTarget(effect) ??
        failures.find(({ alias }) => alias?.startsWith(`e${index}_`) === true)?.message,
    }));
  } catch (error) {
    return effects.map((effect) => ({ effect, failure: describe(error) }));
  }
}

type SingleEffect = Exclude<Effect, BatchEffect | { readonly type: "start-tick" }>;

async function applySingle(
  client: GitHubClient,
  { removeRef }: EffectTools,
  effect: SingleEffect,
  targets: Targets,
): Promise<EffectOutcome> {
  try {
    switch (effect.type) {
      case "open-pull-request": {
        const pullRequest = await openPullRequest(client, effect, targets);
        return { effect, failure: undefined, pullRequest };
      }
      case "rerun-job": {
        const { octokit, owner, repo } = client;
        const job = { owner, repo, job_id: effect.job, request: { retries: 0 } };
        await octokit.rest.actions.reRunJobForWorkflowRun(job);
        return { effect, failure: undefined };
      }
      case "write-milestone-block":
        await writeMilestoneBlock(client, effect, targets);
        return { effect, failure: undefined };
      case "remove-ref":
        await removeRef(effect);
        return { effect, failure: undefined };
    }
  } catch (error) {
    return { effect, failure: describe(error), isForbidden: isStatus(error, 403) };
  }
}

/** One branch has at most one open pull request: it is looked for before it is opened [N21]. */
async function openPullRequest(
  { octokit, owner, repo }: GitHubClient,
  { branch, base, title, body, isDraft }: Extract<Effect, { readonly type: "open-pull-request" }>,
  targets: Targets,
): Promise<number> {
  const known = targets.pullRequests?.get(branch);
  if (known !== undefined) {
    return known;
  }
  if (targets.pullRequests === undefined) {
    const head = `${owner}:${branch}`;
    const { data } = await octokit.rest.pulls.list({ owner, repo, head, state: "open" });
    const [open] = data;
    if (open !== undefined) {
      targets.addOpened(open.number, open.node_id, []);
      return open.number;
    }
  }
  const { data } = await octokit.rest.pulls.create({
    owner,
    repo,
    head: branch,
    base,
    title,
    body,
    draft: isDraft,
    // Repeating a creation whose answer was lost could open a second one.
    request: { retries: 0 },
  });
  targets.addOpened(data.number, data.node_id, []);
  return data.number;
}

async function writeMilestoneBlock(
  { octokit, owner, repo }: GitHubClient,
  { milestone, block }: Extract<Effect, { readonly type: "write-milestone-block" }>,
  targets: Targets,
): Promise<void> {
  const before = targets.milestones.get(milestone) ?? "";
  const description = withBlock(before, block);
  if (description !== before) {
    const where = { owner, repo, milestone_number: milestone };
    await octokit.rest.issues.updateMilestone({ ...where, description });
    targets.milestones.set(milestone, description);
  }
}

async function startTick(
  { octokit, owner, repo }: GitHubClient,
  { workflowFile, branch }: EffectTools["kick"],
  effect: Effect,
): Promise<EffectOutcome> {
  try {
    // A repeated dispatch would be a second run; a tick more costs time, a tick less is healed.
    await octokit.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
      owner,
      repo,
      workflow_id: workflowFile,
      ref: branch,
      request: { retries: 0 },
    });
    return { effect, failure: undefined };
  } catch (error) {
    return { effect, failure: describe(error) };
  }
}

async function createLabel({ octokit, owner, repo }: GitHubClient, name: string): Promise<string> {
  const description = "Set by Water Spider";
  const label = { owner, repo, name, color: LABEL_COLOR, description };
  try {
    const { data } = await octokit.rest.issues.createLabel(label);
    return v.parse(v.string(), data.node_id);
  } catch (error) {
    // Somebody else made it in between.
    if (!isStatus(error, 422)) {
      throw error;
    }
    const { data } = await octokit.rest.issues.getLabel({ owner, repo, name });
    return v.parse(v.string(), data.node_id);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
