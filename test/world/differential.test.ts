import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Effect } from "../../src/core/effects.ts";
import type { Actor, LabelEvent, Observation, ObservedIssue } from "../../src/core/observation.ts";
import type { ObserveQuery } from "../../src/ports/world.ts";
import { branchOf, effectLists, SEEDED_ISSUES, worldSteps } from "../arbitraries/effects.ts";
import { OfflineGitHub } from "../local/github/offline-github.ts";
import { TRIGGER } from "./an-issue.ts";
import { OfflineWorld } from "./offline-world.ts";
import { PureClock } from "./pure-clock.ts";
import { makeTwin, performPurely } from "./pure-steps.ts";
import type { PureWorld } from "./pure-world.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

const NUMBERS = Array.from({ length: SEEDED_ISSUES }, (_, index) => index + 1);

const QUERY: ObserveQuery = {
  triggerLabel: TRIGGER,
  branchPrefix: "feature/issue-",
  scope: "open-issues",
  issues: () => NUMBERS,
  branches: NUMBERS.map(branchOf),
  runs: [],
};

describe("the pure world and the adapter before the embedded GitHub", () => {
  it("show the same after the same steps, and applying effects twice changes nothing [F10]", async () => {
    await fc.assert(
      fc.asyncProperty(worldSteps, effectLists, async (steps, last) => {
        const clock = new PureClock("2026-11-20T09:00:00Z");
        const real = await OfflineWorld.make(hub, clock.now());
        const pure = makeTwin(real.name, clock.now());
        for (const step of steps) {
          clock.advance(1);
          pure.now = clock.now();
          await hub.server.setClock(clock.now());
          if (step.type !== "apply") {
            await real.perform(step, clock.now());
            performPurely(pure, step);
          }
          const effects = step.type === "apply" ? step.effects : [];
          expect(await outcomes(real, effects)).toEqual(await outcomes(pure, effects));
        }
        expect(await seen(real)).toEqual(await seen(pure));

        await applyTwice(real, pure, last);
      }),
      { numRuns: 25 },
    );
  }, 600_000);
});

/** Applies a list twice to both worlds: the second time nothing changes and nothing is made. */
async function applyTwice(
  real: OfflineWorld,
  pure: PureWorld,
  effects: readonly Effect[],
): Promise<void> {
  const first = await real.apply(effects);
  await pure.apply(effects);
  const [realBefore, pureBefore] = [await seen(real), await seen(pure)];
  const [realCreated, pureCreated] = [await real.created(), pure.created];

  // What was refused is asked for again; a kick starts a run each time.
  const again = first
    .filter(({ effect, failure }) => failure === undefined && effect.type !== "start-tick")
    .map(({ effect }) => effect);
  await real.apply(again);
  await pure.apply(again);

  expect(realBefore).toEqual(pureBefore);
  expect(await seen(real)).toEqual(realBefore);
  expect(await seen(pure)).toEqual(pureBefore);
  expect(await real.created()).toBe(realCreated);
  expect(pure.created).toBe(pureCreated);
}

/** Which effects failed, and the pull requests that were opened or found. */
async function outcomes(
  world: Pick<OfflineWorld, "apply">,
  effects: readonly Effect[],
): Promise<readonly unknown[]> {
  return (await world.apply(effects)).map(({ effect, failure, pullRequest }) => ({
    effect,
    failed: failure !== undefined,
    pullRequest,
  }));
}

/** What an observation holds, without what the two worlds cannot have in common. */
async function seen(world: OfflineWorld | PureWorld): Promise<unknown> {
  const { repository, issues, pullRequests, milestones, runs, unreadable }: Observation =
    await world.observe(QUERY);
  const comments =
    world instanceof OfflineWorld
      ? await Promise.all(NUMBERS.map((issue) => world.comments(issue)))
      : NUMBERS.map((issue) => world.comments.get(issue) ?? []);
  return {
    repository: { name: repository.name, isPrivate: repository.isPrivate },
    issues: NUMBERS.map((number) => issues.get(number)).map(
      (issue) => issue && normalisedIssue(issue),
    ),
    pullRequests: pullRequests
      .map((one) => ({ ...one, url: "", headSha: "", labels: one.labels.toSorted() }))
      .toSorted((a, b) => a.number - b.number),
    milestones,
    runs,
    unreadable,
    comments,
  };
}

function normalisedIssue(issue: ObservedIssue): unknown {
  return {
    ...issue,
    labels: issue.labels.toSorted(),
    blockedBy: issue.blockedBy.toSorted((a, b) => a.number - b.number),
    author: person(issue.author),
    trigger: event(issue.trigger),
    reopened: event(issue.reopened),
    textEdits: issue.textEdits.map(({ by, at, what }) => ({ by: person(by), at, what })),
  };
}

function event(given: LabelEvent | undefined): unknown {
  return given && { by: person(given.by), at: given.at };
}

function person(actor: Actor | undefined): unknown {
  return actor && { login: actor.login, type: actor.type };
}
