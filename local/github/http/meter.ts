import type { Viewer } from "../domain/access.ts";

/** How often what was asked, by one side. */
export interface Counts {
  rest: number;
  graphql: number;
  /** HTTP requests that git made. */
  git: number;
  /** Fetches and pushes, each of which is several requests. */
  gitOperations: number;
  /** Requests that create issues, comments or pull requests: GitHub limits these most. */
  contentCreating: number;
  readonly byOperation: Record<string, number>;
}

export type Kind = "rest" | "graphql" | "git" | "gitOperations" | "contentCreating";

/** Counts requests: those of job tokens (the product) apart from everybody else's. */
export class Meter {
  readonly product: Counts = emptyCounts();
  readonly people: Counts = emptyCounts();
  /** What was asked for and is not emulated, in order. */
  readonly refused: string[] = [];

  count(viewer: Viewer, kind: Kind, operation?: string): void {
    const counts = viewer.kind === "job" ? this.product : this.people;
    counts[kind] += 1;
    if (operation !== undefined) {
      counts.byOperation[operation] = (counts.byOperation[operation] ?? 0) + 1;
    }
  }

  refuse(what: string): void {
    this.refused.push(what);
    process.stderr.write(`embedded GitHub: NOT EMULATED: ${what}\n`);
  }
}

function emptyCounts(): Counts {
  return { rest: 0, graphql: 0, git: 0, gitOperations: 0, contentCreating: 0, byOperation: {} };
}
