import type { BlockerContext, BlockerVerdict } from "./blockers.ts";
import { inOneOrder, type ReferenceProblem } from "./reference-problem.ts";

/** What is found out about references that hold nobody up as an open blocker does. */
export class ReferenceFindings {
  /** Blockers that were closed without being done, by the issue that they released. */
  readonly notPlanned = new Map<number, number[]>();
  /** When the last resolved blocker was closed, as GitHub says it, by the issue it released. */
  readonly releasedAt = new Map<number, string>();
  readonly #problems = new Map<number, ReferenceProblem[]>();
  readonly #context: Pick<BlockerContext, "observation" | "journal">;

  constructor(context: Pick<BlockerContext, "observation" | "journal">) {
    this.#context = context;
  }

  /** Notes that `issue` does not wait for `blocker` any more. */
  addReleased(issue: number, blocker: number, verdict: BlockerVerdict): void {
    if (verdict === "resolved-not-planned") {
      const known = this.notPlanned.get(issue) ?? [];
      this.notPlanned.set(issue, known.includes(blocker) ? known : [...known, blocker]);
    }
    const { observation, journal } = this.#context;
    const closedAt =
      observation.issues.get(blocker)?.closedAt ?? journal.issues.get(blocker)?.endedAt;
    const known = this.releasedAt.get(issue);
    if (closedAt !== undefined && (known === undefined || closedAt > known)) {
      this.releasedAt.set(issue, closedAt);
    }
  }

  /** Notes what cannot be verified and so holds `issue`. */
  addProblem(issue: number, problem: ReferenceProblem): void {
    const known = this.#problems.get(issue);
    if (known === undefined) {
      this.#problems.set(issue, [problem]);
    } else {
      known.push(problem);
    }
  }

  /** What cannot be verified, by the issue that it holds; each once and in one order. */
  problems(): ReadonlyMap<number, readonly ReferenceProblem[]> {
    return new Map(
      Array.from(this.#problems, ([issue, problems]) => [issue, inOneOrder(problems)]),
    );
  }
}
