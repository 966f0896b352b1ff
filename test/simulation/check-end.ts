import { recallRecord } from "../../src/core/journal/archive.ts";
import { TRIGGER } from "../world/an-issue.ts";
import { possibleBlockers } from "./truth.ts";
import type { Watcher } from "./watcher.ts";

/**
 * When a kind world is quiet nothing is lost: no claim is left, and every issue that asks for it is
 * done, or waits for something that is really so, and shows that with one label.
 */
export function checkEnd(watcher: Watcher): void {
  const { world, state } = watcher;
  for (const { issue, claim, ended } of state.issues.values()) {
    if (!world.issues.has(issue) && ended === undefined) {
      watcher.fail("lost", `#${issue} does not exist any more, and its delivery goes on.`);
    }
    if (claim !== undefined) {
      watcher.fail("lost", `#${issue} is still claimed by ${claim.nonce}.`);
    }
  }
  for (const { number, state: is, labels } of world.issues.values()) {
    const shown = world.stateLabels(number);
    if (is === "open" && labels.includes(TRIGGER)) {
      if (shown.length !== 1) {
        watcher.fail("labels", `#${number} has the labels ${shown.join(" and ") || "none"}.`);
      } else {
        checkWaiting(watcher, number, (shown[0] ?? "").slice("state:".length));
      }
    }
    if (is === "open" && !labels.includes(TRIGGER) && shown.length > 0) {
      checkUnlabelled(watcher, number, shown);
    }
    if (world.pullRequestsOf(number).some((one) => one.state === "open")) {
      watcher.fail("lost", `The pull request of #${number} is still open.`);
    }
  }
}

/** Why an open issue may still wait, told from what is, not from what the plan says. */
function checkWaiting(watcher: Watcher, number: number, shown: string): void {
  const { world, state, endorsements } = watcher;
  const record = recallRecord(state, number);
  const lost = (why: string): void =>
    watcher.fail("lost", `#${number} is shown as ${shown}, and ${why}.`);
  switch (shown) {
    case "blocked":
      if (possibleBlockers(world, number).length === 0) {
        lost("nothing blocks it");
      }
      return;
    case "pending":
      if (endorsements.isLabelled(number) && record?.ended === undefined) {
        lost("a writer stands behind its text");
      }
      return;
    case "failed":
    case "cancelled":
    case "completed":
      if (record?.ended !== undefined) {
        const wasReopened = endorsements.isEndorsed(number) && isAfterEnd(watcher, number);
        if (wasReopened) {
          lost("a writer asked for it again after its end");
        }
        return;
      }
      if (record?.result === undefined || record.result.outcome === "returned") {
        lost("no result says so");
      }
      return;
    default:
      lost("it should have gone on");
  }
}

function isAfterEnd(watcher: Watcher, number: number): boolean {
  const endedAt = watcher.secondsOf(recallRecord(watcher.state, number)?.endedAt) ?? 0;
  return watcher.endorsements.wordAt(number) > endedAt;
}

/** Without the trigger label only work that is open or done still shows something. */
function checkUnlabelled(watcher: Watcher, number: number, shown: readonly string[]): void {
  if (recallRecord(watcher.state, number)?.ended === undefined) {
    watcher.fail("labels", `#${number} asks for nothing and shows ${shown.join(" and ")}.`);
  }
}
