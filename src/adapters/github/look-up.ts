import type { Effect } from "../../core/effects.ts";
import type { GitHubClient } from "./client.ts";
import { sendGraphQL } from "./graphql.ts";
import { isBatchEffect } from "./mutations.ts";
import { readTargets } from "./queries.ts";
import type { Targets } from "./targets.ts";

/** Reads what this process has not read yet: found before created. */
export async function lookUp(
  client: GitHubClient,
  effects: readonly Effect[],
  targets: Targets,
): Promise<void> {
  const numbers = {
    issues: new Set<number>(),
    pullRequests: new Set<number>(),
    milestones: new Set<number>(),
  };
  for (const effect of effects) {
    if (isBatchEffect(effect) && "pullRequest" in effect) {
      numbers.pullRequests.add(effect.pullRequest);
    }
    if (effect.type === "describe-pull-request") {
      if (effect.milestone !== undefined && !targets.milestoneIds.has(effect.milestone)) {
        numbers.milestones.add(effect.milestone);
      }
    } else if (isBatchEffect(effect) && "issue" in effect) {
      numbers.issues.add(effect.issue);
    } else if (effect.type === "write-milestone-block") {
      numbers.milestones.add(effect.milestone);
    }
  }
  const unknown = {
    issues: [...numbers.issues].filter((issue) => !targets.issues.has(issue)),
    pullRequests: [...numbers.pullRequests].filter((number) => !targets.issues.has(number)),
    milestones: [...numbers.milestones].filter((number) => !targets.milestones.has(number)),
  };
  if (Object.values(unknown).every((list) => list.length === 0)) {
    return;
  }
  const { owner, repo: name } = client;
  const answer = await sendGraphQL(client, readTargets(unknown), { owner, name });
  targets.addAnswer(answer.data);
}
