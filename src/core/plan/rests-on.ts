import type { Configuration } from "../configuration.ts";
import type { IssueReference, ObservedIssue } from "../observation.ts";
import { parseIssueBody } from "../text/issue-body.ts";
import type { LabelReading } from "../text/label-reading.ts";

export interface ReferenceContext {
  /** `owner/name` of the repository. */
  readonly repository: string;
  readonly sources: Configuration["dependencySources"];
  readonly readLabels: (issue: ObservedIssue) => LabelReading;
  readonly issues: ReadonlyMap<number, ObservedIssue>;
}

/** Sub-issues nest eight deep on GitHub; longer chains are not real. */
const MAX_DEPTH = 16;

/**
 * Lists the issues that "this one may start" rests on: itself, what it names as its blockers, its
 * parents, and what these name. Native references that are closed are left out: the state of those
 * was read together with the issue that has them.
 */
export function listRestsOn(issue: number, context: ReferenceContext): ReadonlySet<number> {
  const found = new Set([issue]);
  const lineage = [issue];
  for (const number of lineage) {
    const observed = context.issues.get(number);
    for (const blocker of observed === undefined ? [] : listBlockersOf(observed, context)) {
      found.add(blocker);
    }
    const parent = observed === undefined ? undefined : parentOf(observed, context);
    if (parent !== undefined && lineage.length < MAX_DEPTH && !lineage.includes(parent)) {
      lineage.push(parent);
      found.add(parent);
    }
  }
  // Children hold their parent, not each other: only those of the issue itself matter.
  for (const child of openChildren(context.issues.get(issue), context)) {
    found.add(child);
  }
  return found;
}

/** Lists what an issue itself names as its blockers in this repository, native ones while they are open. */
export function listBlockersOf(
  issue: ObservedIssue,
  context: Omit<ReferenceContext, "issues">,
): readonly number[] {
  const { sources, repository } = context;
  const taskLists = sources.includes("task-lists");
  const body = sources.includes("body") || taskLists ? issue.body : "";
  const declared = parseIssueBody(body, { repository, taskLists }).references.filter(
    ({ origin, repository: other }) =>
      other === undefined && sources.includes(origin === "body" ? "body" : "task-lists"),
  );
  return [
    ...(sources.includes("labels") ? context.readLabels(issue).blockedBy : []),
    ...declared.map((reference) => reference.issue),
    ...(sources.includes("native") ? openOnes(issue.blockedBy, context) : []),
  ];
}

function parentOf(issue: ObservedIssue, context: ReferenceContext): number | undefined {
  const { parent } = issue;
  return parent !== undefined && context.sources.includes("sub-issues") && isOurs(parent, context)
    ? parent.number
    : undefined;
}

function openChildren(
  issue: ObservedIssue | undefined,
  context: ReferenceContext,
): readonly number[] {
  return issue !== undefined && context.sources.includes("sub-issues")
    ? openOnes(issue.subIssues, context)
    : [];
}

function openOnes(
  references: readonly IssueReference[],
  context: Pick<ReferenceContext, "repository">,
): readonly number[] {
  return references
    .filter((reference) => reference.state === "open" && isOurs(reference, context))
    .map(({ number }) => number);
}

function isOurs(
  reference: IssueReference,
  { repository }: Pick<ReferenceContext, "repository">,
): boolean {
  return reference.repository.toLowerCase() === repository.toLowerCase();
}
