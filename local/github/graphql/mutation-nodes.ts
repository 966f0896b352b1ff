import { type Action, type Actor, authorize } from "../domain/access.ts";
import { ApiError, notFound, NotEmulated } from "../domain/api-error.ts";
import type { Hub } from "../domain/hub.ts";
import type { IssueChanges } from "../domain/issues.ts";
import {
  type Comment,
  type Issue,
  isPull,
  type Label,
  type Milestone,
  type Pull,
} from "../domain/state.ts";
import { parseNodeId } from "../shapes/node-id.ts";
import { type Fields, textIn, textsIn } from "../untyped.ts";

/** The `input` of a mutation. */
export type Input = Fields;

const NOTHING = { kind: "", key: 0 };

/** Finds what an input names by node id, and checks what the actor wants to do with it. */
export class MutationNodes {
  readonly #hub: Hub;
  readonly #actor: Actor;

  constructor(hub: Hub, actor: Actor) {
    this.#hub = hub;
    this.#actor = actor;
  }

  /** An issue or pull request. */
  subject(id: unknown, action: Action): Issue {
    const { kind, key } = parseNodeId(textIn(id) ?? "") ?? NOTHING;
    const issue = kind === "I" || kind === "PR" ? this.#hub.state.issues.get(key) : undefined;
    if (issue === undefined || isPull(issue) !== (kind === "PR")) {
      return unresolved(id);
    }
    authorize(this.#actor, this.#hub.repositoryOf(issue), action, issue);
    return issue;
  }

  issue(id: unknown, action: Action): Issue {
    const issue = this.subject(id, action);
    return isPull(issue) ? unresolved(id) : issue;
  }

  pull(id: unknown): Pull {
    const issue = this.subject(id, "read pull requests");
    authorize(this.#actor, this.#hub.repositoryOf(issue), "write pull requests", issue);
    return isPull(issue) ? issue : unresolved(id);
  }

  comment(id: unknown): Comment {
    const { kind, key } = parseNodeId(textIn(id) ?? "") ?? NOTHING;
    const comment = kind === "IC" ? this.#hub.state.comments.get(key) : undefined;
    if (comment === undefined) {
      return unresolved(id);
    }
    const issue = this.#hub.issue(comment.issueId);
    authorize(this.#actor, this.#hub.repositoryOf(issue), "write issues", issue);
    if (comment.authorId !== this.#actor.user.id) {
      authorize(this.#actor, this.#hub.repositoryOf(issue), "write contents");
    }
    return comment;
  }

  /** Labels of the issue's own repository. */
  labels(ids: unknown, issue: Issue): readonly Label[] {
    return (textsIn(ids) ?? []).map((id) => {
      const { kind, key } = parseNodeId(textIn(id) ?? "") ?? NOTHING;
      const label = kind === "LA" ? this.#hub.state.labels.get(key) : undefined;
      return label?.repositoryId === issue.repositoryId ? label : unresolved(id);
    });
  }

  /** The changes that `updateIssue` and `updatePullRequest` share. */
  changes(input: Input, issue: Issue): IssueChanges {
    refuse(input, ["assigneeIds", "issueTypeId", "projectIds", "agentAssignment"]);
    const state = textOf(input, "state")?.toLowerCase();
    const labelIds = input["labelIds"] ?? undefined;
    return {
      title: textOf(input, "title"),
      body: Object.hasOwn(input, "body") ? { to: textOf(input, "body") } : undefined,
      state: state === "open" || state === "closed" ? state : undefined,
      labels: labelIds === undefined ? undefined : this.labels(labelIds, issue),
      milestone: Object.hasOwn(input, "milestoneId")
        ? { to: this.#milestone(input["milestoneId"], issue) }
        : undefined,
    };
  }

  #milestone(id: unknown, issue: Issue): Milestone | undefined {
    if (id === null || id === undefined) {
      return undefined;
    }
    const { kind, key } = parseNodeId(textIn(id) ?? "") ?? NOTHING;
    const milestone = kind === "MI" ? this.#hub.state.milestones.get(key) : undefined;
    return milestone?.repositoryId === issue.repositoryId ? milestone : unresolved(id);
  }
}

/** Refuses a node id that names nothing of the wanted kind. */
export function unresolved(id: unknown): never {
  throw notFound(`Could not resolve to a node with the global id of '${textIn(id) ?? ""}'.`);
}

/** Refuses input fields that are not emulated. */
export function refuse(input: Input, fields: readonly string[]): void {
  const used = fields.find((field) => (input[field] ?? undefined) !== undefined);
  if (used !== undefined) {
    throw new NotEmulated(`input field '${used}'`);
  }
}

/** A text of the input, or `undefined` when absent or null. */
export function textOf(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") {
    throw new ApiError(422, `${name} is not a text`);
  }
  return value;
}
