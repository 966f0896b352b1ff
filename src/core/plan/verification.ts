import type { Configuration } from "../configuration.ts";
import type { Observation } from "../observation.ts";
import { LabelReader } from "../text/label-reading.ts";
import type { Notice } from "./plan-types.ts";
import { listRestsOn } from "./rests-on.ts";

/**
 * Lists the ready issues that must not start in this tick: themselves, or what they rest on, is
 * known from the snapshot only [N35, F106].
 */
export function listUnverified(
  ready: readonly number[],
  { stale, issues, repository }: Pick<Observation, "stale" | "issues" | "repository">,
  configuration: Pick<Configuration, "dependencySources" | "triggerLabel">,
): readonly number[] {
  if (stale.size === 0) {
    return [];
  }
  const reader = new LabelReader(configuration.triggerLabel);
  const context = {
    repository: repository.name,
    sources: configuration.dependencySources,
    readLabels: ({ labels }: { readonly labels: readonly string[] }) => reader.read(labels),
    issues,
  };
  return ready.filter(
    (issue) =>
      stale.has(issue) || [...listRestsOn(issue, context)].some((number) => stale.has(number)),
  );
}

/** What only the snapshot says is told to nobody in a comment: it may be forged. */
export function isFounded(
  { issue, content }: Notice,
  { stale }: Pick<Observation, "stale">,
): boolean {
  const named =
    content.type === "reason" && "members" in content.reason ? content.reason.members : [];
  return !stale.has(issue) && named.every((member) => !stale.has(member));
}
