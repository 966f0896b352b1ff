import { randomUUID } from "node:crypto";

import type { GitStore } from "../git/git-store.ts";
import { notFound } from "./api-error.ts";
import type { EventFeed } from "./event-feed.ts";
import {
  type Comment,
  type Issue,
  type Label,
  type Milestone,
  type Repository,
  type Run,
  type State,
  type User,
} from "./state.ts";

/** Base addresses that answers mention. */
export interface HubUrls {
  readonly api: string;
  readonly server: string;
}

/** The state of the embedded GitHub, its clock and ids, and the ways to find things in it. */
export class Hub {
  state: State;
  readonly git: GitStore;
  readonly feed: EventFeed;
  urls: HubUrls = { api: "", server: "" };

  constructor(state: State, git: GitStore, feed: EventFeed) {
    this.state = state;
    this.git = git;
    this.feed = feed;
  }

  /** The time as GitHub writes it: UTC, whole seconds. */
  now(): string {
    const { fixedNow, clockAheadSeconds } = this.state;
    const now = fixedNow ?? Date.now() + clockAheadSeconds * 1000;
    return `${new Date(now).toISOString().slice(0, 19)}Z`;
  }

  /** A database id that nothing else has, of any kind: mixing up ids and numbers never works. */
  newId(): number {
    return this.state.nextId++;
  }

  newSecret(prefix: string): string {
    return prefix + randomUUID().replaceAll("-", "");
  }

  /** The user, or `undefined` for an account that was deleted. */
  user(id: number | undefined): User | undefined {
    return id === undefined ? undefined : this.state.users.get(id);
  }

  userByLogin(login: string): User | undefined {
    const wanted = login.toLowerCase();
    return [...this.state.users.values()].find((user) => user.login.toLowerCase() === wanted);
  }

  /** The repository, compared without case, or `undefined`. */
  repository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase();
    return [...this.state.repositories.values()].find(
      (it) => fullName(it).toLowerCase() === wanted,
    );
  }

  repositoryById(id: number): Repository {
    return found(this.state.repositories.get(id));
  }

  /** The issue or pull request of that number, or `undefined`. */
  issueByNumber(repository: Repository, number: number): Issue | undefined {
    const id = repository.issueIds[number - 1];
    return id === undefined ? undefined : this.state.issues.get(id);
  }

  issue(id: number): Issue {
    return found(this.state.issues.get(id));
  }

  issues(repository: Repository): Issue[] {
    return repository.issueIds.map((id) => this.issue(id));
  }

  repositoryOf(subject: { readonly repositoryId: number }): Repository {
    return this.repositoryById(subject.repositoryId);
  }

  comment(id: number): Comment {
    return found(this.state.comments.get(id));
  }

  comments(issue: Issue): Comment[] {
    return issue.commentIds.map((id) => this.comment(id));
  }

  label(id: number): Label {
    return found(this.state.labels.get(id));
  }

  labels(owner: { readonly labelIds: readonly number[] }): Label[] {
    return owner.labelIds.map((id) => this.label(id));
  }

  /** The label of that name, compared without case, or `undefined`. */
  labelByName(repository: Repository, name: string): Label | undefined {
    const wanted = name.toLowerCase();
    return this.labels(repository).find((label) => label.name.toLowerCase() === wanted);
  }

  milestone(id: number): Milestone {
    return found(this.state.milestones.get(id));
  }

  milestones(repository: Repository): Milestone[] {
    return repository.milestoneIds.map((id) => this.milestone(id));
  }

  milestoneByNumber(repository: Repository, number: number): Milestone | undefined {
    const id = repository.milestoneIds[number - 1];
    return id === undefined ? undefined : this.milestone(id);
  }

  run(id: number): Run {
    return found(this.state.runs.get(id));
  }

  runs(repository: Repository): Run[] {
    return [...this.state.runs.values()].filter((run) => run.repositoryId === repository.id);
  }
}

/** `owner/name`. */
export function fullName(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}

/** The value, or GitHub's 404. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) {
    throw notFound();
  }
  return value;
}
