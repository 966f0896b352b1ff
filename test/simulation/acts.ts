import type { Command } from "../../src/core/fleet/commands.ts";
import type { IssueState } from "../../src/core/journal/issue-state.ts";
import { ISSUE_STATES } from "../../src/core/journal/issue-state.ts";
import type { Chance } from "./chance.ts";

export type Role = "writer" | "reader";

/** What somebody does at some second of the history; what is impossible then is left out. */
export type Act = { readonly at: number } & Deed;

export type Deed =
  | {
      readonly type: "label" | "edit" | "rename" | "reopen";
      readonly issue: number;
      readonly by: Role;
    }
  | {
      readonly type:
        | "unlabel"
        | "merge"
        | "reject"
        | "mark-ready"
        | "push"
        | "fix"
        | "push-again"
        | "redo";
      readonly issue: number;
    }
  | { readonly type: "close"; readonly issue: number; readonly as: "completed" | "not_planned" }
  | {
      readonly type: "open";
      readonly issue: number;
      readonly by: Role;
      readonly on: number | undefined;
    }
  | { readonly type: "move-label"; readonly issue: number; readonly to: IssueState | undefined }
  | {
      readonly type: "block-by-label" | "block-natively" | "unblock";
      readonly issue: number;
      readonly blocker: number;
    }
  | { readonly type: "priority"; readonly issue: number; readonly label: string }
  | { readonly type: "command"; readonly command: Command; readonly by: Role }
  | {
      readonly type: "cancel-run" | "rerun-all" | "rerun-failed" | "delete-run";
      readonly pick: number;
    }
  | { readonly type: "kill-runner"; readonly slot: string }
  | { readonly type: "delete"; readonly issue: number }
  | { readonly type: "move-base" };

const SLOTS = ["mac-1/1", "mac-1/2", "mac-1/3", "mac-2/1", "mac-2/2"] as const;
const PRIORITIES = ["P0-Critical", "P1-High", "P2-Medium", "P3-Low"] as const;

const WEIGHTS: Readonly<Record<Deed["type"], number>> = {
  label: 8,
  unlabel: 4,
  edit: 14,
  rename: 2,
  close: 5,
  reopen: 6,
  open: 3,
  merge: 10,
  reject: 3,
  "mark-ready": 2,
  push: 2,
  /** A push, and `/manual-fix` right after it. */
  fix: 14,
  "push-again": 3,
  redo: 24,
  "move-label": 6,
  "block-by-label": 3,
  "block-natively": 3,
  unblock: 2,
  priority: 1,
  command: 9,
  "cancel-run": 4,
  "rerun-all": 2,
  "rerun-failed": 3,
  "delete-run": 2,
  "kill-runner": 4,
  delete: 1,
  "move-base": 2,
};

/** Draws what people do in a history of so many seconds, in the order of time. */
export function drawActs(
  chance: Chance,
  {
    count,
    seconds,
    issues,
  }: { readonly count: number; readonly seconds: number; readonly issues: number },
): readonly Act[] {
  let last = issues;
  let before = 0;
  const acts = Array.from({ length: count }, (_, index): Act => {
    const own = chance.fork(`act ${index}`);
    // Many come in bursts: right after another one, even within the same second.
    const fresh = own.between(0, seconds);
    const at = own.is(0.3) ? before + own.pick([0, 0.2, 1, 5, 30, 120]) : fresh;
    before = at;
    const deed = drawDeed(own, last);
    last += deed.type === "open" ? 1 : 0;
    return { at, ...deed };
  });
  return acts.toSorted((a, b) => a.at - b.at);
}

function drawDeed(chance: Chance, issues: number): Deed {
  const type = chance.weigh(WEIGHTS);
  const issue = chance.whole(1, issues);
  const by = chance.is(0.7) ? "writer" : "reader";
  switch (type) {
    case "label":
    case "reopen":
    case "edit":
    case "rename":
      return { type, issue, by };
    case "close":
      return { type, issue, as: chance.is(0.7) ? "completed" : "not_planned" };
    case "open":
      return { type, issue: issues + 1, by, on: chance.is(0.4) ? issue : undefined };
    case "move-label":
      return { type, issue, to: chance.is(0.2) ? undefined : chance.pick(ISSUE_STATES) };
    case "block-by-label":
    case "block-natively":
    case "unblock":
      return { type, issue, blocker: chance.whole(1, issues) };
    case "priority":
      return { type, issue, label: chance.pick(PRIORITIES) };
    case "command":
      return {
        type,
        command: drawCommand(chance, issue),
        by: chance.is(0.85) ? "writer" : "reader",
      };
    case "cancel-run":
    case "rerun-all":
    case "rerun-failed":
    case "delete-run":
      return { type, pick: chance.next() };
    case "kill-runner":
      return { type, slot: chance.pick(SLOTS) };
    case "move-base":
      return { type };
    case "unlabel":
    case "merge":
    case "reject":
    case "mark-ready":
    case "push":
    case "fix":
    case "push-again":
    case "redo":
    case "delete":
      return { type, issue };
  }
}

function drawCommand(chance: Chance, issue: number): Command {
  const type = chance.weigh({
    pause: 2,
    resume: 4,
    stop: 2,
    start: 3,
    retry: 5,
    cancel: 4,
    approve: 5,
    "approve-anyway": 5,
    "manual-fix": 5,
    reject: 2,
  });
  switch (type) {
    case "start":
      return { type, count: chance.is(0.5) ? chance.whole(1, 4) : undefined };
    case "retry":
    case "cancel":
    case "approve":
    case "approve-anyway":
    case "manual-fix":
    case "reject":
      return { type, issue };
    case "pause":
    case "resume":
    case "stop":
      return { type };
  }
}

/** One line for the story. */
export function formatAct(act: Act): string {
  const { at: _, type, ...rest } = act;
  return `${type} ${JSON.stringify(rest)}`;
}
