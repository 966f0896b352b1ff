import { fullName, type Hub } from "./hub.ts";
import { type Issue } from "./state.ts";

const KEYWORDS =
  /\b(?:close[sd]?|fix(?:es|ed)?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;

/**
 * The issues that a pull request closes when it is merged: those its body names after a keyword
 * such as `Closes #12`, as long as it goes into the default branch.
 */
export function closingReferences(hub: Hub, pull: Issue): Issue[] {
  const repository = hub.repositoryOf(pull);
  if (pull.pull?.baseRef !== repository.defaultBranch) {
    return [];
  }
  const named = [...(pull.body ?? "").matchAll(KEYWORDS)]
    .filter(
      ([, other]) =>
        (other ?? fullName(repository)).toLowerCase() === fullName(repository).toLowerCase(),
    )
    .map(([, , number]) => hub.issueByNumber(repository, Number(number)));
  return [...new Set(named)].filter((it): it is Issue => it !== undefined && it.pull === undefined);
}

/** The pull requests that would close the issue, in order of number. */
export function closingPulls(hub: Hub, issue: Issue): Issue[] {
  return hub
    .issues(hub.repositoryOf(issue))
    .filter((it) => it.pull !== undefined && closingReferences(hub, it).includes(issue));
}
