import type { Effect } from "../../src/core/effects.ts";
import { branchName } from "../world/pure-journal.ts";
import type { Task } from "./task.ts";
import type { Watcher } from "./watcher.ts";

/** What people see is there once: one status comment, one comment a cause, one open pull request. */
export function checkProjections(watcher: Watcher, effect: Effect, task: Task): void {
  const { world } = watcher;
  if ("issue" in effect && !world.issues.has(effect.issue)) {
    return;
  }
  switch (effect.type) {
    case "write-status-comment":
    case "comment-once": {
      const markers = (world.comments.get(effect.issue) ?? []).map(
        (text) => text.split("\n", 1)[0],
      );
      if (new Set(markers).size < markers.length) {
        watcher.fail("comments", `${task.name} repeated a comment on #${effect.issue}.`);
      }
      return;
    }
    case "open-pull-request": {
      const open = world.pullRequestsOf(effect.issue).filter(({ state }) => state === "open");
      if (open.length > 1) {
        watcher.fail("pull requests", `#${effect.issue} has ${open.length} open pull requests.`);
      }
      return;
    }
    case "set-state-label": {
      const labels = world.stateLabels(effect.issue);
      if (labels.length > 1) {
        watcher.fail("labels", `#${effect.issue} has the labels ${labels.join(" and ")}.`);
      }
      return;
    }
    case "close-issue": {
      if (!world.pullRequestsOf(effect.issue).some(({ state }) => state === "merged")) {
        watcher.fail("close", `#${effect.issue} was closed and nothing is merged.`);
      }
      return;
    }
    case "close-pull-request": {
      if ((world.comments.get(effect.pullRequest) ?? []).length > 1) {
        watcher.fail("comments", `${task.name} said twice why #${effect.pullRequest} is closed.`);
      }
      return;
    }
    case "remove-ref": {
      const isMerged = effect.sha !== undefined && world.isMerged(effect.sha);
      const isBranch = effect.ref.startsWith("refs/heads/");
      if (isBranch && !isMerged && !world.branches.has(branchName(effect.ref))) {
        watcher.fail("branches", `${task.name} removed ${effect.ref}, which nobody merged.`);
      }
      return;
    }
    case "mark-ready":
    case "describe-pull-request":
    case "write-milestone-block":
    case "rerun-job":
    case "start-tick":
      return;
  }
}
