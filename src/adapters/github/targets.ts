import * as v from "valibot";

/** An issue or pull request as a write needs it. */
export interface TargetIssue {
  readonly id: string;
  readonly isOpen: boolean;
  readonly labels: readonly TargetLabel[];
  /** Comments that our own token wrote. */
  readonly ownComments: readonly { readonly id: string; readonly body: string }[];
  /** False when there are comments that were not read: one of ours may be among them. */
  readonly hasAllComments: boolean;
}

export interface TargetLabel {
  readonly id: string;
  readonly name: string;
}

const label = v.object({ id: v.string(), name: v.string() });
const labelList = v.nullish(v.object({ nodes: v.array(label) }));

const comment = v.object({ id: v.string(), body: v.string(), viewerDidAuthor: v.boolean() });

const issueTarget = v.object({
  id: v.string(),
  state: v.string(),
  labels: labelList,
  milestone: v.nullish(v.object({ id: v.string(), number: v.number() })),
  comments: v.object({ totalCount: v.number(), nodes: v.array(comment) }),
  latestComments: v.object({ nodes: v.array(comment) }),
});

const pullRequestTarget = v.object({
  id: v.string(),
  number: v.number(),
  headRefName: v.string(),
  state: v.string(),
  labels: labelList,
});

/**
 * What one process has read that its writes need: node ids, labels, own comments. Only this process
 * writes about these issues, so what it read a moment ago is what it finds before it creates.
 */
export class Targets {
  readonly issues = new Map<number, TargetIssue>();
  /** Node ids of labels by name in lower case: names compare without case. */
  readonly labelIds = new Map<string, string>();
  /** Node ids of milestones by number. */
  readonly milestoneIds = new Map<number, string>();
  /** Descriptions of milestones by number. */
  readonly milestones = new Map<number, string>();
  /** Open pull requests by head branch; `undefined` while they were not read. */
  pullRequests: Map<string, number> | undefined;

  /** Takes an issue of an answer; one that was read without its comments is no target. */
  addIssue(number: number, node: unknown): void {
    const parsed = v.safeParse(issueTarget, node);
    if (!parsed.success) {
      return;
    }
    const { id, state, labels, milestone, comments, latestComments } = parsed.output;
    const read = new Map(
      [...comments.nodes, ...latestComments.nodes].map((one) => [one.id, one] as const),
    );
    this.addLabels(labels);
    if (milestone) {
      this.milestoneIds.set(milestone.number, milestone.id);
    }
    this.issues.set(number, {
      id,
      isOpen: state === "OPEN",
      labels: labels?.nodes ?? [],
      ownComments: [...read.values()].filter(({ viewerDidAuthor }) => viewerDidAuthor),
      hasAllComments: read.size >= comments.totalCount,
    });
  }

  /** Takes all open pull requests: a branch without one in them has none. */
  addPullRequests(nodes: readonly unknown[]): void {
    this.pullRequests ??= new Map();
    nodes.forEach((node) => this.#addPullRequest(node));
  }

  #addPullRequest(node: unknown): void {
    const parsed = v.safeParse(pullRequestTarget, node);
    if (parsed.success && parsed.output.state === "OPEN") {
      const { id, number, headRefName, labels } = parsed.output;
      this.pullRequests?.set(headRefName, number);
      this.addLabels(labels);
      this.addOpened(number, id, labels?.nodes ?? []);
    }
  }

  #addMilestone(number: number, node: unknown): void {
    const parsed = v.safeParse(
      v.object({ id: v.string(), description: v.nullish(v.string()) }),
      node,
    );
    if (parsed.success) {
      this.milestoneIds.set(number, parsed.output.id);
      this.milestones.set(number, parsed.output.description ?? "");
    }
  }

  /** A pull request that was just opened, or found. */
  addOpened(number: number, id: string, labels: readonly TargetLabel[]): void {
    this.issues.set(number, { id, isOpen: true, labels, ownComments: [], hasAllComments: true });
  }

  addLabels(list: v.InferOutput<typeof labelList>): void {
    for (const { id, name } of list?.nodes ?? []) {
      this.labelIds.set(name.toLowerCase(), id);
    }
  }

  /** Drops what was read of issues that are written to: the next write reads them again. */
  forget(numbers: readonly number[]): void {
    for (const number of numbers) {
      this.issues.delete(number);
    }
  }

  /** Takes the answer of `readTargets`; what does not exist any more is simply not in it. */
  addAnswer(data: unknown): void {
    const { repository } = v.parse(
      v.object({ repository: v.record(v.string(), v.unknown()) }),
      data,
    );
    for (const [alias, value] of Object.entries(repository)) {
      const number = Number(alias.slice(1));
      if (/^i\d+$/.test(alias)) {
        this.addIssue(number, value);
      } else if (/^m\d+$/.test(alias)) {
        this.#addMilestone(number, value);
      } else if (/^p\d+$/.test(alias)) {
        this.#addPullRequest(value);
      } else if (alias.endsWith("Labels")) {
        const labels = v.safeParse(labelList, value);
        this.addLabels(labels.success ? labels.output : undefined);
      }
    }
  }
}
