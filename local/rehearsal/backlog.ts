import * as v from "valibot";

import type { Person } from "./person.ts";
import type { Sample, SampleIssue } from "./sample.ts";

export interface BacklogPeople {
  /** May write: sets labels, milestones and dependencies. */
  readonly maintainer: Person;
  /** May read: writes the issues. */
  readonly author: Person;
}

const STATE_LABELS = [
  "pending",
  "queued",
  "blocked",
  "ready",
  "dispatched",
  "running",
  "reviewing",
  "completing",
  "completed",
  "failed",
  "retrying",
  "cancelled",
].map((state) => ({ name: `state:${state}`, color: "5319e7" }));

const QUALITY_LABELS = ["excellent", "good", "needs-improvement", "poor"].map((quality) => ({
  name: `quality:${quality}`,
  color: "1d76db",
}));

const READY_LABEL = { name: "ready-to-merge", color: "0e8a16" };

/** The product's labels that people see; a repository has them once Water Spider is set up. */
export const PRODUCT_LABELS: readonly { readonly name: string; readonly color: string }[] = [
  ...STATE_LABELS,
  ...QUALITY_LABELS,
  READY_LABEL,
];

/** The label that puts an issue into the queue: set last, because it starts the work. */
const TRIGGER_LABEL = "trigger:agent-execute";

const NUMBERED = v.object({ number: v.number() });
const CREATED = v.object({ number: v.number(), id: v.number() });

/** Writes the sample's labels, milestones and issues as people do, through REST. */
export async function writeBacklog(
  repositoryPath: string,
  sample: Sample,
  people: BacklogPeople,
): Promise<void> {
  const { maintainer, author } = people;
  const labels = [...sample.labels, ...PRODUCT_LABELS];
  for (const label of labels) {
    await maintainer.request("POST", `${repositoryPath}/labels`, v.unknown(), label);
  }
  const milestones = new Map<string, number>();
  for (const milestone of sample.milestones) {
    const path = `${repositoryPath}/milestones`;
    const { number } = await maintainer.request("POST", path, NUMBERED, milestone);
    milestones.set(milestone.title, number);
  }
  const ids = new Map<number, number>();
  for (const issue of sample.issues) {
    const path = `${repositoryPath}/issues`;
    const text = { title: issue.title, body: issue.body.join("\n") };
    const created = await author.request("POST", path, CREATED, text);
    if (created.number !== issue.number) {
      throw new Error(`Issue #${issue.number} of the sample became #${created.number}.`);
    }
    ids.set(issue.number, created.id);
    await arrangeIssue(repositoryPath, issue, maintainer, { milestones, ids });
  }
  for (const issue of sample.issues.filter(({ labels: names }) => names.includes(TRIGGER_LABEL))) {
    const path = `${repositoryPath}/issues/${issue.number}/labels`;
    await maintainer.request("POST", path, v.unknown(), { labels: [TRIGGER_LABEL] });
  }
}

async function arrangeIssue(
  repositoryPath: string,
  issue: SampleIssue,
  maintainer: Person,
  known: {
    readonly milestones: ReadonlyMap<string, number>;
    readonly ids: ReadonlyMap<number, number>;
  },
): Promise<void> {
  const path = `${repositoryPath}/issues/${issue.number}`;
  if (issue.milestone !== undefined) {
    const milestone = known.milestones.get(issue.milestone);
    await maintainer.request("PATCH", path, v.unknown(), { milestone });
  }
  for (const blocker of issue.nativeBlockers) {
    const body = { issue_id: known.ids.get(blocker) };
    await maintainer.request("POST", `${path}/dependencies/blocked_by`, v.unknown(), body);
  }
  const labels = issue.labels.filter((name) => name !== TRIGGER_LABEL);
  await maintainer.request("POST", `${path}/labels`, v.unknown(), { labels });
}
