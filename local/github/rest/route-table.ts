import { ISSUE_ROUTES } from "./issue-routes.ts";
import { LABEL_ROUTES } from "./label-routes.ts";
import { MILESTONE_ROUTES } from "./milestone-routes.ts";
import { PULL_ROUTES } from "./pull-routes.ts";
import { RELATION_ROUTES } from "./relation-routes.ts";
import { REPOSITORY_ROUTES } from "./repository-routes.ts";
import type { Route } from "./route.ts";
import { RUN_ROUTES } from "./run-routes.ts";

/** Every emulated operation below a repository. What is not in here answers 501. */
export const ROUTES: readonly Route[] = [
  ...REPOSITORY_ROUTES,
  ...ISSUE_ROUTES,
  ...LABEL_ROUTES,
  ...MILESTONE_ROUTES,
  ...RELATION_ROUTES,
  ...PULL_ROUTES,
  ...RUN_ROUTES,
];

export interface Match {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds the route for a path below the repository, given as its still encoded segments. */
export function matchRoute(method: string, segments: readonly string[]): Match | undefined {
  for (const route of ROUTES) {
    const path = route.method === method ? matchPath(route.path, segments) : undefined;
    if (path !== undefined) {
      return { route, path };
    }
  }
  return undefined;
}

function matchPath(
  template: string,
  segments: readonly string[],
): Record<string, string> | undefined {
  const parts = template.split("/").filter((part) => part !== "");
  const greedy = parts.at(-1) === "{ref}";
  if (greedy ? segments.length < parts.length : segments.length !== parts.length) {
    return undefined;
  }
  const path: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const rest = greedy && at === parts.length - 1 ? segments.slice(at) : [segments[at] ?? ""];
    const value = rest.map(decodeURIComponent).join("/");
    if (!part.startsWith("{")) {
      if (part !== value) {
        return undefined;
      }
      continue;
    }
    const name = part.slice(1, -1);
    if (/_(number|id)$/.test(name) && name !== "workflow_id" && !/^\d+$/.test(value)) {
      return undefined;
    }
    path[name] = value;
  }
  return path;
}
