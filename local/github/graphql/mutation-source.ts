import { type Actor, authorize } from "../domain/access.ts";
import { addComment, updateComment } from "../domain/comments.ts";
import type { Hub } from "../domain/hub.ts";
import { closeIssue, reopenIssue, updateIssue } from "../domain/issues.ts";
import { addLabels, createLabel, removeLabels } from "../domain/labels.ts";
import { setDraft } from "../domain/pull-requests.ts";
import { addBlockedBy, addSubIssue, removeBlockedBy } from "../domain/relations.ts";
import { type Issue } from "../domain/state.ts";
import { parseNodeId } from "../shapes/node-id.ts";
import { fieldsIn, textIn } from "../untyped.ts";
import { commentSource } from "./comment-source.ts";
import { labelSource } from "./label-source.ts";
import { type Input, MutationNodes, refuse, textOf, unresolved } from "./mutation-nodes.ts";
import { Repositories } from "./repository-source.ts";
import type { Arguments, Context, Source } from "./source.ts";

const CLOSED_REASONS = ["completed", "not_planned", "duplicate"] as const;

type Mutation = (input: Input) => Source;

/** The root of mutations: each field checks, writes and answers by itself, in document order. */
export function mutationSource(context: Context, actor: Actor, onContent: () => void): Source {
  const { hub } = context;
  const { source } = new Repositories(hub, actor).subjects;
  const find = new MutationNodes(hub, actor);
  const mutations: Record<string, Mutation> = {
    ...labelMutations(hub, actor, find, source),
    ...commentMutations(hub, actor, find, source, onContent),
    ...issueMutations(hub, actor, find, source),
    ...pullMutations(hub, actor, find, source),
    ...relationMutations(hub, find, source),
  };
  return Object.fromEntries(
    Object.entries(mutations).map(([name, mutate]) => [
      name,
      (args: Arguments): Source => {
        const input = fieldsIn(args["input"]);
        const clientMutationId = textIn(input["clientMutationId"]) ?? null;
        return { clientMutationId, ...mutate(input) };
      },
    ]),
  );
}

type SubjectSource = (issue: Issue) => Source;

function labelMutations(
  hub: Hub,
  actor: Actor,
  find: MutationNodes,
  source: SubjectSource,
): Record<string, Mutation> {
  return {
    addLabelsToLabelable: (input) => {
      const issue = find.subject(input["labelableId"], "triage issues");
      addLabels(hub, actor, issue, find.labels(input["labelIds"], issue));
      return { labelable: () => source(issue) };
    },
    removeLabelsFromLabelable: (input) => {
      const issue = find.subject(input["labelableId"], "triage issues");
      removeLabels(hub, actor, issue, find.labels(input["labelIds"], issue));
      return { labelable: () => source(issue) };
    },
    createLabel: (input) => {
      const key = parseNodeId(textIn(input["repositoryId"]) ?? "")?.key ?? 0;
      const repository = hub.state.repositories.get(key) ?? unresolved(input["repositoryId"]);
      authorize(actor, repository, "triage issues");
      const label = createLabel(hub, repository, {
        name: textOf(input, "name") ?? "",
        color: textOf(input, "color"),
        description: textOf(input, "description"),
      });
      return { label: () => labelSource(label) };
    },
  };
}

function commentMutations(
  hub: Hub,
  actor: Actor,
  find: MutationNodes,
  source: SubjectSource,
  onContent: () => void,
): Record<string, Mutation> {
  return {
    addComment: (input) => {
      const issue = find.subject(input["subjectId"], "write issues");
      onContent();
      const comment = addComment(hub, actor, issue, textOf(input, "body"));
      return {
        subject: () => source(issue),
        commentEdge: () => ({
          node: commentSource(hub, actor, comment),
          cursor: String(comment.id),
        }),
      };
    },
    updateIssueComment: (input) => {
      const comment = find.comment(input["id"]);
      updateComment(hub, actor, comment, textOf(input, "body"));
      return { issueComment: () => commentSource(hub, actor, comment) };
    },
  };
}

function issueMutations(
  hub: Hub,
  actor: Actor,
  find: MutationNodes,
  source: SubjectSource,
): Record<string, Mutation> {
  return {
    updateIssue: (input) => {
      const issue = find.issue(input["id"], "edit issues");
      updateIssue(hub, actor, issue, find.changes(input, issue));
      return { issue: () => source(issue) };
    },
    closeIssue: (input) => {
      refuse(input, ["duplicateIssueId"]);
      const issue = find.issue(input["issueId"], "edit issues");
      const reason = CLOSED_REASONS.find((it) => it.toUpperCase() === input["stateReason"]);
      closeIssue(hub, actor, issue, { reason });
      return { issue: () => source(issue) };
    },
    reopenIssue: (input) => {
      const issue = find.issue(input["issueId"], "edit issues");
      reopenIssue(hub, actor, issue);
      return { issue: () => source(issue) };
    },
  };
}

function pullMutations(
  hub: Hub,
  actor: Actor,
  find: MutationNodes,
  source: SubjectSource,
): Record<string, Mutation> {
  const draft =
    (to: boolean): Mutation =>
    (input) => {
      const pull = find.pull(input["pullRequestId"]);
      setDraft(hub, actor, pull, to);
      return { pullRequest: () => source(pull) };
    };
  return {
    updatePullRequest: (input) => {
      refuse(input, ["baseRefName", "maintainerCanModify"]);
      const pull = find.pull(input["pullRequestId"]);
      updateIssue(hub, actor, pull, find.changes(input, pull));
      return { pullRequest: () => source(pull) };
    },
    closePullRequest: (input) => {
      const pull = find.pull(input["pullRequestId"]);
      closeIssue(hub, actor, pull);
      return { pullRequest: () => source(pull) };
    },
    markPullRequestReadyForReview: draft(false),
    convertPullRequestToDraft: draft(true),
  };
}

function relationMutations(
  hub: Hub,
  find: MutationNodes,
  source: SubjectSource,
): Record<string, Mutation> {
  const dependency =
    (change: (issue: Issue, blocker: Issue) => void): Mutation =>
    (input) => {
      const issue = find.issue(input["issueId"], "triage issues");
      const blocker = find.issue(input["blockingIssueId"], "read issues");
      change(issue, blocker);
      return { issue: () => source(issue), blockingIssue: () => source(blocker) };
    };
  return {
    addBlockedBy: dependency(addBlockedBy),
    removeBlockedBy: dependency(removeBlockedBy),
    addSubIssue: (input) => {
      refuse(input, ["subIssueUrl"]);
      const parent = find.issue(input["issueId"], "triage issues");
      const child = find.issue(input["subIssueId"], "triage issues");
      addSubIssue(hub, parent, child, { replaceParent: input["replaceParent"] === true });
      return { issue: () => source(parent), subIssue: () => source(child) };
    },
  };
}
