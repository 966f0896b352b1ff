import * as v from "valibot";

import { Person } from "../../local/rehearsal/person.ts";
import type { Claim } from "../../src/core/journal/records.ts";

const issueNode = v.object({
  number: v.number(),
  state: v.string(),
  state_reason: v.nullish(v.string()),
  comments: v.number(),
  labels: v.array(v.object({ name: v.string() })),
});

const pullNode = v.object({
  number: v.number(),
  title: v.string(),
  body: v.string(),
  merged_at: v.nullish(v.string()),
  draft: v.boolean(),
  user: v.object({ login: v.string() }),
  head: v.object({ ref: v.string(), sha: v.string() }),
  labels: v.array(v.object({ name: v.string() })),
  milestone: v.nullish(v.object({ number: v.number(), title: v.string() })),
});

const commentNode = v.object({ body: v.string(), user: v.object({ login: v.string() }) });

const milestoneNode = v.object({
  description: v.string(),
  open_issues: v.number(),
  closed_issues: v.number(),
});

const jobPage = v.object({
  jobs: v.array(
    v.object({
      name: v.string(),
      started_at: v.string(),
      completed_at: v.nullable(v.string()),
    }),
  ),
});

export type ShownIssue = v.InferOutput<typeof issueNode>;

/** When one session job ran, in milliseconds since 1970. */
export interface SessionTime {
  readonly issue: number;
  readonly slot: string;
  readonly start: number;
  readonly end: number;
}

/** What a person sees of a repository, over HTTP. */
export class ReadBack {
  readonly #person: Person;
  readonly #path: string;

  constructor(apiUrl: string, repository: string, token: string) {
    this.#person = new Person(apiUrl, "maintainer", token);
    this.#path = `/repos/${repository}`;
  }

  async issue(number: number): Promise<ShownIssue> {
    return await this.#person.request("GET", `${this.#path}/issues/${number}`, issueNode);
  }

  async comments(issue: number): Promise<readonly v.InferOutput<typeof commentNode>[]> {
    return await this.#person.list(`${this.#path}/issues/${issue}/comments`, commentNode);
  }

  async pull(number: number | null): Promise<v.InferOutput<typeof pullNode>> {
    return await this.#person.request("GET", `${this.#path}/pulls/${number}`, pullNode);
  }

  async pulls(): Promise<readonly v.InferOutput<typeof pullNode>[]> {
    return await this.#person.list(`${this.#path}/pulls?state=all`, pullNode);
  }

  async milestone(number: number): Promise<v.InferOutput<typeof milestoneNode>> {
    return await this.#person.request("GET", `${this.#path}/milestones/${number}`, milestoneNode);
  }

  /** When the session job of each claim ran. */
  async sessions(claims: readonly Claim[]): Promise<readonly SessionTime[]> {
    const sessions: SessionTime[] = [];
    for (const { issue, runId, slot } of claims) {
      const path = `${this.#path}/actions/runs/${runId}/attempts/1/jobs?per_page=100`;
      const { jobs } = await this.#person.request("GET", path, jobPage);
      const job = jobs.find(({ name }) => name.endsWith(`i${issue} / session`));
      if (job?.completed_at === undefined || job.completed_at === null) {
        throw new Error(`The session of #${issue} has no end.`);
      }
      const [start, end] = [Date.parse(job.started_at), Date.parse(job.completed_at)];
      sessions.push({ issue, slot, start, end });
    }
    return sessions;
  }
}

export function stateLabels({ labels }: ShownIssue): readonly string[] {
  return labels.map(({ name }) => name).filter((name) => name.startsWith("state:"));
}

export function overlaps(one: SessionTime, other: SessionTime): boolean {
  return one === other || (one.start < other.end && other.start < one.end);
}
