import type { Configuration } from "../../src/core/configuration.ts";
import type { PureWorld } from "../world/pure-world.ts";

/**
 * The issues that certainly block another one: open or unknown, and there is no pull request of
 * theirs. Whether one counts is a matter of settings and timing; with `pr-created` even a closed one
 * may, because a session cannot read it.
 */
export function openBlockers(
  world: PureWorld,
  number: number,
  unblockOn: Configuration["unblockOn"],
): readonly number[] {
  return possibleBlockers(world, number).filter(
    (blocker) =>
      !world
        .pullRequestsOf(blocker)
        .some(({ state }) => state !== "closed" || unblockOn === "pr-created"),
  );
}

/** The open or unknown issues that an issue waits for, read without the product's parsers. */
export function possibleBlockers(world: PureWorld, number: number): readonly number[] {
  const issue = world.issues.get(number);
  if (issue === undefined) {
    return [];
  }
  const named = [
    ...[...issue.body.matchAll(/Depends on #(\d+)/g)].map((match) => Number(match[1])),
    ...issue.labels.flatMap((label) => {
      const match = /^blocked-by:#(\d+)$/.exec(label);
      return match === null ? [] : [Number(match[1])];
    }),
    ...issue.blockedBy.map((reference) => reference.number),
  ];
  return [...new Set(named)].filter((blocker) => world.issues.get(blocker)?.state !== "closed");
}

/** The certain blockers of every issue that has some. */
export type Blocked = ReadonlyMap<number, readonly number[]>;

export function blockedIssues(
  world: PureWorld,
  { unblockOn }: Pick<Configuration, "unblockOn">,
): Blocked {
  const all = [...world.issues.keys()].map(
    (number) => [number, openBlockers(world, number, unblockOn)] as const,
  );
  return new Map(all.filter(([, blockers]) => blockers.length > 0));
}

/** Whether a blocker of then blocks an issue still. */
export function isStillBlocked(
  world: PureWorld,
  { unblockOn }: Pick<Configuration, "unblockOn">,
  number: number,
  then: Blocked,
): boolean {
  const now = openBlockers(world, number, unblockOn);
  return then.get(number)?.some((blocker) => now.includes(blocker)) === true;
}
