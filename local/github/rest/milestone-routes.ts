import { found } from "../domain/hub.ts";
import { createMilestone, type MilestoneChanges, updateMilestone } from "../domain/milestones.ts";
import { type Milestone } from "../domain/state.ts";
import { milestoneShape } from "../shapes/milestone-shape.ts";
import { choiceOf, textChangeOf, textOf } from "./fields.ts";
import { pageReply } from "./paging.ts";
import type { Call, Route } from "./route.ts";

const FIELDS = ["title", "state", "description", "due_on"];

/** Milestones of a repository. */
export const MILESTONE_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/milestones",
    operation: "issues/list-milestones",
    needs: "read issues",
    query: ["state"],
    handle: (call) => {
      const state = call.query.get("state") ?? "open";
      const milestones = call.hub
        .milestones(call.repository)
        .filter((it) => state === "all" || it.state === state);
      return pageReply(call, "/milestones", milestones, (it) => milestoneShape(call.hub, it));
    },
  },
  {
    method: "POST",
    path: "/milestones",
    operation: "issues/create-milestone",
    needs: "triage issues",
    body: FIELDS,
    handle: (call) => {
      const { hub, viewer, repository } = call;
      const milestone = createMilestone(hub, viewer, repository, changesOf(call));
      return { status: 201, body: milestoneShape(hub, milestone) };
    },
  },
  {
    method: "GET",
    path: "/milestones/{milestone_number}",
    operation: "issues/get-milestone",
    needs: "read issues",
    handle: (call) => ({ status: 200, body: milestoneShape(call.hub, milestoneOf(call)) }),
  },
  {
    method: "PATCH",
    path: "/milestones/{milestone_number}",
    operation: "issues/update-milestone",
    needs: "triage issues",
    body: FIELDS,
    handle: (call) => {
      const milestone = milestoneOf(call);
      updateMilestone(call.hub, call.repository, milestone, changesOf(call));
      return { status: 200, body: milestoneShape(call.hub, milestone) };
    },
  },
];

function milestoneOf(call: Call): Milestone {
  const number = Number(call.path["milestone_number"]);
  return found(call.hub.milestoneByNumber(call.repository, number));
}

function changesOf(call: Call): MilestoneChanges {
  return {
    title: textOf(call.body, "title"),
    description: textChangeOf(call.body, "description"),
    dueOn: textChangeOf(call.body, "due_on"),
    state: choiceOf(call.body, "state", ["open", "closed"]),
  };
}
