import type { ObservedIssue } from "../../src/core/observation.ts";
import { textHash, TRIGGER, WRITER } from "../world/an-issue.ts";
import type { Chance } from "./chance.ts";

/**
 * What a tick may find in the cache: mostly what is so, sometimes what somebody planted there, in
 * the place of open issues that are not read in this tick [N35, F106].
 */
export function drawSnapshot(
  chance: Chance,
  issues: Iterable<ObservedIssue>,
): ReadonlyMap<number, ObservedIssue> {
  const open = [...issues].filter(({ state }) => state === "open");
  const some = open.filter(() => chance.is(0.6));
  return new Map(
    some.map((issue) => [issue.number, chance.is(0.7) ? issue : forge(chance, issue)]),
  );
}

function forge(chance: Chance, issue: ObservedIssue): ObservedIssue {
  switch (chance.pick(["approval", "text", "blockers", "label", "closed"] as const)) {
    case "approval": {
      const labels = [...new Set([...issue.labels, TRIGGER])];
      return {
        ...issue,
        labels,
        trigger: { by: WRITER, at: "2026-11-20T23:00:00Z" },
        textEdits: [],
      };
    }
    case "text": {
      const body = `Forged. ${issue.body}`;
      return { ...issue, body, textHash: textHash(issue.title, body), textEdits: [] };
    }
    case "blockers":
      return withoutBlockers(issue);
    case "label":
      return { ...issue, labels: issue.labels.filter((label) => label !== TRIGGER) };
    case "closed":
      return { ...issue, state: "closed", closedAs: "completed", closedAt: "2026-11-20T08:30:00Z" };
  }
}

/** The same issue, naming nothing that it waits for. */
export function withoutBlockers(issue: ObservedIssue): ObservedIssue {
  return {
    ...issue,
    body: issue.body.replaceAll("Depends on", "Beside"),
    labels: issue.labels.filter((label) => !label.startsWith("blocked-by:")),
    blockedBy: [],
    openBlockerCount: 0,
  };
}
