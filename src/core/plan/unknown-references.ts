import type { Configuration } from "../configuration.ts";
import type { JournalState } from "../journal/records.ts";
import type { ObservedIssue } from "../observation.ts";
import { LabelReader } from "../text/label-reading.ts";
import { listTriggered } from "./admission.ts";
import { readDependencies } from "./dependencies.ts";

/**
 * Lists the issues that triggered ones refer to and that are not among the open ones: closed, or
 * not there at all. They have to be read by number before anything can be said about them.
 */
export function listUnknownReferences(
  open: ReadonlyMap<number, ObservedIssue>,
  repository: string,
  journal: Pick<JournalState, "issues">,
  configuration: Configuration,
): readonly number[] {
  const reader = new LabelReader(configuration.triggerLabel);
  const observation = { issues: open, unreadable: new Map<number, string>() };
  const triggered = listTriggered(observation, reader);
  const issues = triggered.map(({ issue }) => issue);
  const { problems } = readDependencies(issues, {
    observation,
    journal,
    pullRequests: new Map(),
    unblockOn: configuration.unblockOn,
    repository,
    sources: configuration.dependencySources,
    readLabels: ({ labels }, place) => triggered[place]?.labels ?? reader.read(labels),
  });
  const numbers = [...problems.values()]
    .flat()
    .flatMap((problem) => (problem.type === "unresolvable" ? [problem.issue] : []));
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}
