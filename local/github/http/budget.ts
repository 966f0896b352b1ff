import type { Viewer } from "../domain/access.ts";
import { type Hub } from "../domain/hub.ts";
import { type Budget, type State } from "../domain/state.ts";

export type Resource = "core" | "graphql";

/** What is left of an hour's requests, as the rate-limit headers tell it. */
export interface BudgetReading {
  readonly resource: Resource;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly resetAt: number;
}

const HOUR_SECONDS = 3600;
/** Requests or points an hour: of all jobs of a repository together, and of a person. */
const LIMITS = { job: 1000, person: 5000, anonymous: 60 } as const;

/** Reads the budget that pays for the viewer's requests. */
export function readBudget(hub: Hub, viewer: Viewer, resource: Resource): BudgetReading {
  const budget = currentBudget(hub, viewer);
  const limit = LIMITS[viewer.kind];
  const used = Math.min(budget[resource], limit);
  return { resource, limit, used, remaining: limit - used, resetAt: budget.resetAt };
}

/** Takes `points` from the budget; false when nothing was left, and then nothing is taken. */
export function spend(hub: Hub, viewer: Viewer, resource: Resource, points: number): boolean {
  if (readBudget(hub, viewer, resource).remaining <= 0) {
    return false;
  }
  currentBudget(hub, viewer)[resource] += points;
  return true;
}

/** The headers that every answer carries. */
export function budgetHeaders(reading: BudgetReading): Record<string, string> {
  return {
    "x-ratelimit-limit": String(reading.limit),
    "x-ratelimit-remaining": String(reading.remaining),
    "x-ratelimit-reset": String(reading.resetAt),
    "x-ratelimit-used": String(reading.used),
    "x-ratelimit-resource": reading.resource,
  };
}

function currentBudget(hub: Hub, viewer: Viewer): Budget {
  const { budgets }: State = hub.state;
  const payer = payerOf(viewer);
  const now = Date.parse(hub.now()) / 1000;
  const known = budgets.get(payer);
  if (known !== undefined && known.resetAt > now) {
    return known;
  }
  const fresh: Budget = { resetAt: now + HOUR_SECONDS, core: 0, graphql: 0 };
  budgets.set(payer, fresh);
  return fresh;
}

function payerOf(viewer: Viewer): string {
  switch (viewer.kind) {
    case "job":
      return `repository ${viewer.repositoryId}`;
    case "person":
      return `user ${viewer.user.id}`;
    case "anonymous":
      return "anonymous";
  }
}
