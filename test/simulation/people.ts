import type { Command } from "../../src/core/fleet/commands.ts";
import { recallRecord } from "../../src/core/journal/archive.ts";
import type { IssueState } from "../../src/core/journal/issue-state.ts";
import { READER, sha, textHash, TRIGGER, WRITER } from "../world/an-issue.ts";
import { anIssue } from "../world/an-issue.ts";
import {
  blockBy,
  close,
  editBody,
  merge,
  moveBase,
  rejectPullRequest,
  removeLabel,
  rename,
  reopen,
  setLabel,
} from "../world/pure-people.ts";
import type { PureWorld } from "../world/pure-world.ts";
import type { ActionsModel } from "./actions-model.ts";
import type { Act, Deed } from "./acts.ts";
import { latestOf } from "./runs.ts";
import type { Watcher } from "./watcher.ts";

export interface Stage {
  readonly world: PureWorld;
  readonly watcher: Watcher;
  readonly actions: ActionsModel;
  readonly command: (command: Command, by: string) => void;
}

const ACTORS = { writer: WRITER, reader: READER } as const;

/** Does it, if it can be done now; returns whether it was. */
export function perform(stage: Stage, act: Act): boolean {
  const { world, watcher, actions } = stage;
  const now = watcher.timeline.seconds;
  if ("issue" in act && act.type !== "open" && !world.issues.has(act.issue)) {
    return false;
  }
  switch (act.type) {
    case "label": {
      if (world.issue(act.issue).labels.includes(TRIGGER)) {
        removeLabel(world, act.issue, TRIGGER);
        watcher.endorsements.unlabelled(act.issue, now);
      }
      setLabel(world, act.issue, TRIGGER, ACTORS[act.by]);
      watcher.endorsements.labelled(act.issue, act.by, now);
      return true;
    }
    case "unlabel":
      removeLabel(world, act.issue, TRIGGER);
      watcher.endorsements.unlabelled(act.issue, now);
      return true;
    case "edit":
      editBody(world, act.issue, edited(world.issue(act.issue).body, now), ACTORS[act.by]);
      watcher.endorsements.edited(act.issue, act.by, now);
      return true;
    case "rename":
      rename(world, act.issue, `Issue ${act.issue} as of ${now}`, ACTORS[act.by]);
      watcher.endorsements.edited(act.issue, act.by, now);
      return true;
    case "close":
      close(world, act.issue, act.as);
      return true;
    case "reopen": {
      if (world.issue(act.issue).state === "open") {
        return false;
      }
      reopen(world, act.issue, ACTORS[act.by]);
      const endedAt = watcher.secondsOf(recallRecord(watcher.state, act.issue)?.endedAt);
      watcher.endorsements.reopened(act.issue, act.by, now, endedAt);
      return true;
    }
    case "open":
      return open(stage, act);
    case "merge":
      return mergeReady(world, act.issue);
    case "reject":
      rejectPullRequest(world, act.issue);
      return true;
    case "mark-ready":
      return markReady(world, act.issue);
    case "delete":
      deleteIssue(world, act.issue);
      return true;
    case "push":
      push(stage, act.issue);
      return true;
    case "fix": {
      const issue = stoppedNear(stage, act.issue);
      push(stage, issue);
      stage.command({ type: "manual-fix", issue }, WRITER.login);
      return true;
    }
    case "redo":
      return redo(stage, act.issue);
    case "push-again": {
      const issue = fixedNear(stage, act.issue);
      if (issue !== undefined) {
        push(stage, issue);
      }
      return issue !== undefined;
    }
    case "move-label":
      moveLabel(world, act.issue, act.to);
      return true;
    case "block-by-label":
      if (act.issue === act.blocker || !world.issues.has(act.blocker)) {
        return false;
      }
      setLabel(world, act.issue, `blocked-by:#${act.blocker}`);
      return true;
    case "block-natively":
      if (act.issue === act.blocker || !world.issues.has(act.blocker)) {
        return false;
      }
      blockBy(world, act.issue, act.blocker);
      return true;
    case "unblock":
      removeLabel(world, act.issue, `blocked-by:#${act.blocker}`);
      return true;
    case "priority":
      setLabel(world, act.issue, act.label);
      return true;
    case "command":
      stage.command(act.command, ACTORS[act.by].login);
      return true;
    case "cancel-run":
    case "rerun-all":
    case "rerun-failed":
    case "delete-run":
      return touchRun(actions, act);
    case "kill-runner":
      return actions.killSessionOn(act.slot);
    case "move-base":
      moveBase(world, `push at ${now}`);
      return true;
  }
}

/** A person puts a commit on the branch of an issue, over whatever lies there. */
function push({ world, watcher }: Stage, issue: number): void {
  const commit = sha(`somebody's ${issue} ${watcher.timeline.seconds}`);
  world.branches.set(`feature/issue-${issue}`, commit);
  watcher.pushed.add(commit);
}

/** People fix mostly what stopped: one of those, by number; else the one they thought of. */
function stoppedNear({ watcher }: Stage, issue: number): number {
  const stopped = [...watcher.state.issues.values()].filter(
    ({ result, claim, ended }) =>
      result !== undefined && claim === undefined && ended === undefined,
  );
  return stopped[issue % Math.max(1, stopped.length)]?.issue ?? issue;
}

/** An agent is to work again on an issue whose branch holds what people pushed. */
function redo(stage: Stage, near: number): boolean {
  const { world, watcher } = stage;
  const pushed = [...world.issues.values()].filter(({ number }) =>
    watcher.pushed.has(world.branches.get(`feature/issue-${number}`) ?? ""),
  );
  const issue = pushed[near % Math.max(1, pushed.length)];
  if (issue?.state === "closed") {
    const { number } = issue;
    return perform(stage, { at: 0, type: "reopen", issue: number, by: "writer" });
  }
  if (issue !== undefined) {
    stage.command({ type: "retry", issue: issue.number }, WRITER.login);
  }
  return issue !== undefined;
}

/** An issue whose fix waits for its checks, or is being checked. */
function fixedNear({ watcher }: Stage, issue: number): number | undefined {
  const fixed = [...watcher.state.issues.values()].filter(({ manualFix }) => manualFix);
  return fixed[issue % Math.max(1, fixed.length)]?.issue;
}

/** Another text with the same dependencies. */
function edited(body: string, now: number): string {
  const lines = body.split("\n").filter((line) => line.startsWith("Depends on"));
  return ["Please do it, said", `at ${now}.`, ...lines].join(lines.length === 0 ? " " : "\n");
}

function open(
  { world, watcher }: Stage,
  { issue, by, on }: Extract<Deed, { readonly type: "open" }>,
): boolean {
  // Numbers are never used twice, deleted ones neither.
  const number = Math.max(world.nextNumber(), 1 + Math.max(0, ...watcher.state.issues.keys()));
  const blocker = on === undefined || !world.issues.has(on) ? "" : `\nDepends on #${on}`;
  const body = `Please do it, number ${issue}.${blocker}`;
  const title = `Issue ${number}`;
  const at = world.now;
  world.issues.set(
    number,
    anIssue({
      number,
      title,
      body,
      textHash: textHash(title, body),
      createdAt: at,
      trigger: { by: ACTORS[by], at },
    }),
  );
  watcher.endorsements.labelled(number, by, watcher.timeline.seconds);
  return true;
}

/** Merges the pull request of an issue if it is open and no draft. */
export function mergeReady(world: PureWorld, issue: number): boolean {
  const isReady = world
    .pullRequestsOf(issue)
    .some(({ state, isDraft }) => state === "open" && !isDraft);
  if (isReady) {
    merge(world, issue);
  }
  return isReady;
}

export function markReady(world: PureWorld, issue: number): boolean {
  const drafts = world
    .pullRequestsOf(issue)
    .filter(({ state, isDraft }) => state === "open" && isDraft);
  for (const draft of drafts) {
    world.pullRequests.set(draft.number, { ...draft, isDraft: false });
  }
  return drafts.length > 0;
}

/** GitHub forgets the native dependencies on it; what labels and texts name stays. */
function deleteIssue(world: PureWorld, number: number): void {
  world.issues.delete(number);
  world.comments.delete(number);
  for (const issue of world.issues.values()) {
    const gone = issue.blockedBy.filter((reference) => reference.number === number);
    const openOnes = gone.filter(({ state }) => state === "open").length;
    if (gone.length > 0) {
      world.issues.set(issue.number, {
        ...issue,
        blockedBy: issue.blockedBy.filter((reference) => reference.number !== number),
        openBlockerCount: issue.openBlockerCount - openOnes,
      });
    }
  }
}

function moveLabel(world: PureWorld, number: number, to: IssueState | undefined): void {
  const issue = world.issue(number);
  const kept = issue.labels.filter((label) => !label.startsWith("state:"));
  const labels = to === undefined ? kept : [...kept, `state:${to}`];
  world.issues.set(number, { ...issue, labels });
}

function touchRun(
  actions: ActionsModel,
  { type, pick }: Extract<Deed, { readonly pick: number }>,
): boolean {
  const runs = [...actions.runs.values()].filter(
    (run) => run.attempts.some(({ legs }) => legs.length > 0) && !run.isDeleted,
  );
  const wanted = runs.filter((run) => latestOf(run).isCompleted === (type !== "cancel-run"));
  // Mostly one of the newest.
  const run = wanted.at(-1 - Math.floor(pick * pick * Math.min(wanted.length, 6)));
  if (run === undefined) {
    return false;
  }
  switch (type) {
    case "cancel-run":
      return actions.cancel(run);
    case "rerun-all":
      return actions.rerun(run, "all");
    case "rerun-failed":
      return actions.rerun(run, "failed");
    case "delete-run":
      return actions.deleteRun(run);
  }
}
