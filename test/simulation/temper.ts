import { withDefaults } from "../../src/adapters/configuration/defaults.ts";
import type { Configuration } from "../../src/core/configuration.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import type { Chance } from "./chance.ts";
import type { Climate } from "./jobs.ts";
import type { SessionEnd } from "./sim-agent.ts";
import type { Weather } from "./task.ts";

/** What kind of history a seed makes: some are calm, some go wrong everywhere. */
export interface Temper {
  readonly issues: readonly Partial<ObservedIssue>[];
  /** How long the world is unkind. */
  readonly seconds: number;
  /** Acts of people in that time. */
  readonly acts: number;
  readonly weather: Weather;
  readonly climate: Climate;
  readonly ends: Readonly<Partial<Record<SessionEnd, number>>>;
  /** Issues whose sessions mostly end in one way. */
  readonly natures: ReadonlyMap<number, SessionEnd>;
  readonly sessionSeconds: number;
  /** Share of the ready pull requests that are merged in each round. */
  readonly diligence: number;
  readonly conflict: number;
  /** Share of the ticks without a credential, or with too few requests left. */
  readonly lack: number;
  /** Share of the ticks that read a snapshot in the place of some issues. */
  readonly snapshots: number;
  readonly configuration: Configuration;
  /** When control runners fail, and how long: in seconds. */
  readonly outages: readonly { readonly at: number; readonly seconds: number }[];
}

export const KIND_CLIMATE: Omit<Climate, "plansOverlap"> = {
  loseTrigger: 0,
  doubleTrigger: 0,
  lateTrigger: 0,
  sessionNeverStarts: 0,
  sessionStartsLate: 0,
  finalizeStartsLate: 0,
  runnerDies: 0,
  listsLate: 0,
};

export function drawTemper(chance: Chance): Temper {
  const count = chance.whole(1, 9);
  const calm = chance.pick([0.2, 0.5, 0.8]);
  /** Each kind of trouble is often absent, seldom common. */
  const some = (most: number): number => (chance.is(calm) ? 0 : chance.next() ** 1.5 * most);
  const natures = new Map<number, SessionEnd>();
  for (let issue = 1; issue <= count; issue += 1) {
    if (chance.is(0.12)) {
      natures.set(issue, chance.pick(["red", "no-change", "question", "overloaded"] as const));
    }
  }
  const issues = Array.from({ length: count }, (_, index) => drawIssue(chance, index + 1));
  const seconds = chance.whole(2, 5) * 3_600;
  return {
    issues,
    seconds,
    acts: chance.is(0.1) ? 0 : chance.whole(2, 45),
    natures,
    sessionSeconds: chance.pick([60, 200, 600, 2_000]),
    diligence: chance.pick([0.2, 0.6, 1]),
    conflict: some(0.3),
    lack: some(0.2),
    snapshots: some(0.9),
    configuration: drawConfiguration(chance),
    ends: {
      delivered: 10,
      red: some(3),
      "no-change": some(3),
      crash: some(5),
      question: some(2),
      credentials: some(1),
      "account-limit": some(1),
      stall: some(3),
      overloaded: some(6),
      "machine-full": some(2),
    },
    weather: {
      crash: some(0.5),
      refuse: some(0.15),
      loseAnswer: some(0.15),
      refuseReading: some(0.06),
      slow: some(0.1),
    },
    climate: {
      loseTrigger: some(0.8),
      doubleTrigger: some(0.6),
      lateTrigger: some(0.6),
      sessionNeverStarts: some(0.2),
      sessionStartsLate: some(0.3),
      finalizeStartsLate: some(0.3),
      runnerDies: some(0.4),
      listsLate: some(0.8),
      plansOverlap: chance.is(0.6),
    },
    outages: Array.from({ length: chance.pick([0, 0, 1, 3]) }, () => ({
      at: chance.between(0, seconds),
      seconds: chance.between(120, 4_000),
    })),
  };
}

/** Mostly the defaults, sometimes a small fleet or few tries: then things collide more often. */
function drawConfiguration(chance: Chance): Configuration {
  const checks = { test: "npm test" };
  if (chance.is(0.5)) {
    return withDefaults({ checks });
  }
  const machines = [
    { name: "mac-1", labels: ["self-hosted", "mac-1"], slots: chance.whole(1, 3) },
    { name: "mac-2", labels: ["self-hosted", "mac-2"], slots: chance.whole(1, 4) },
  ];
  const parallel = chance.whole(1, 5);
  return withDefaults({
    checks,
    machines,
    "max-parallel": parallel,
    "max-open-prs": chance.whole(2, 12),
    "unblock-on": chance.pick(["merged", "pr-created", "closed"]),
    retry: { max: chance.whole(0, 3) },
    history: { queue: chance.pick([0, 7]) },
    // No draw of its own: that would make every seed another history.
    limits: { "starts-per-actor": parallel % 2 === 0 ? parallel : 20 },
  });
}

function drawIssue(chance: Chance, number: number): Partial<ObservedIssue> {
  const blockers = [number - 1, number - 2, number + 1].filter((one) => one >= 1);
  const blocker = chance.is(0.35)
    ? chance.pick(blockers.slice(0, chance.is(0.9) ? 2 : 3))
    : undefined;
  const isByBody = chance.is(0.6);
  const label = blocker === undefined || isByBody ? [] : [`blocked-by:#${blocker}`];
  const isTriggered = chance.is(0.9);
  const by = chance.is(0.9) ? WRITER : READER;
  return {
    number,
    body:
      blocker === undefined || !isByBody
        ? `Please do number ${number}.`
        : `Please do number ${number}.\nDepends on #${blocker}`,
    labels: [...(isTriggered ? [TRIGGER] : []), ...label],
    trigger: isTriggered ? { by, at: "2026-11-20T08:00:00Z" } : undefined,
  };
}
