import type { Configuration, DependencySource } from "../configuration.ts";
import type { IssueReference, ObservedIssue } from "../observation.ts";
import { EMPTY_BODY, type IssueBody, parseIssueBody } from "../text/issue-body.ts";
import type { LabelReading } from "../text/label-reading.ts";
import {
  type BlockerContext,
  type BlockerVerdict,
  closedVerdict,
  judgeBlocker,
} from "./blockers.ts";
import { type EdgeOrigin, ORIGIN_BITS } from "./edge-origin.ts";
import { type EdgeColumns, inList, pick } from "./graph.ts";
import { NumberIndex, placesInOrder } from "./number-index.ts";
import { inOneOrder, type ReferenceProblem } from "./reference-problem.ts";

export interface DependencyContext extends BlockerContext {
  /** `owner/name` of the repository. */
  readonly repository: string;
  readonly sources: Configuration["dependencySources"];
  /** `place` counts the issues as they are found, the triggered ones first and as they come. */
  readonly readLabels: (issue: ObservedIssue, place: number) => LabelReading;
}

/** Everything the four sources say about the issues in question and all that they wait for. */
export interface Dependencies {
  /** The open issues that matter, ascending: the triggered ones and whatever they wait for. */
  readonly issues: readonly number[];
  /** Where each stands in `issues`: the triggered ones first and as they came, then the others. */
  readonly nodes: Int32Array;
  /**
   * Which open issue must be done before which, as positions in `issues`, with duplicates; the bits
   * say where the edge comes from (`originsOf`).
   */
  readonly edges: EdgeColumns;
  /** What cannot be verified, by the issue that it holds. */
  readonly problems: ReadonlyMap<number, readonly ReferenceProblem[]>;
  /** Blockers that were closed without being done, by the issue that they released. */
  readonly notPlanned: ReadonlyMap<number, readonly number[]>;
  /** When the last resolved blocker was closed, as GitHub says it, by the issue it released. */
  readonly releasedAt: ReadonlyMap<number, string>;
  /** What the bodies declare; an issue that is missing declares nothing. */
  readonly bodies: ReadonlyMap<number, IssueBody>;
}

/**
 * Reads the dependencies of `triggered` issues, of the open issues that they wait for, and so on.
 * An issue that nothing triggered leads to is not read: its body costs nothing.
 */
export function readDependencies(
  triggered: Iterable<ObservedIssue>,
  context: DependencyContext,
): Dependencies {
  const reading = new Reading(context);
  for (const issue of triggered) {
    reading.want(issue);
  }
  return reading.finish();
}

/** A blocker of this repository, and where it is named. */
interface NamedBlocker {
  readonly number: number;
  readonly origin: EdgeOrigin;
  readonly line: number | undefined;
}

class Reading {
  readonly #context: DependencyContext;
  readonly #reads: Readonly<Record<DependencySource, boolean>>;
  readonly #repository: string;
  /** The issues in the order in which they were found; edges are between places in this list. */
  readonly #found: ObservedIssue[] = [];
  readonly #placeOf: NumberIndex;
  /** By place: true once an issue was judged to block. Most are named again and again. */
  readonly #blocks: boolean[] = [];
  readonly #edges: { from: number[]; to: number[]; bits: number[] } = {
    from: [],
    to: [],
    bits: [],
  };
  readonly #problems = new Map<number, ReferenceProblem[]>();
  readonly #notPlanned = new Map<number, number[]>();
  readonly #releasedAt = new Map<number, string>();
  readonly #bodies = new Map<number, IssueBody>();

  constructor(context: DependencyContext) {
    this.#context = context;
    const sources = new Set(context.sources);
    this.#reads = {
      labels: sources.has("labels"),
      body: sources.has("body"),
      native: sources.has("native"),
      "sub-issues": sources.has("sub-issues"),
      "task-lists": sources.has("task-lists"),
    };
    this.#repository = context.repository.toLowerCase();
    const { issues } = context.observation;
    this.#placeOf = new NumberIndex(issues.keys(), issues.size);
  }

  /** Puts an issue on the list and returns its place there. */
  want(issue: ObservedIssue): number {
    const known = this.#placeOf.get(issue.number);
    if (known !== undefined) {
      return known;
    }
    this.#placeOf.set(issue.number, this.#found.length);
    this.#blocks.push(false);
    return this.#found.push(issue) - 1;
  }

  finish(): Dependencies {
    for (let place = 0; place < this.#found.length; place += 1) {
      const issue = this.#found[place];
      if (issue !== undefined) {
        this.#read(issue, place);
      }
    }
    const places = placesInOrder(this.#found.map(({ number }) => number));
    const nodes = new Int32Array(places.length);
    for (let node = 0; node < places.length; node += 1) {
      nodes[inList(places, node)] = node;
    }
    const issues = places.map((place) => this.#found[place]?.number ?? 0);
    return {
      issues,
      nodes,
      edges: {
        from: pick(nodes, new Int32Array(this.#edges.from)),
        to: pick(nodes, new Int32Array(this.#edges.to)),
        bits: this.#edges.bits,
      },
      problems: new Map(
        Array.from(this.#problems, ([issue, problems]) => [issue, inOneOrder(problems)]),
      ),
      notPlanned: this.#notPlanned,
      releasedAt: this.#releasedAt,
      bodies: this.#bodies,
    };
  }

  #read(issue: ObservedIssue, place: number): void {
    if (this.#reads.labels) {
      this.#readLabels(issue, place);
    }
    this.#readBody(issue, place);
    if (this.#reads.native) {
      this.#readNative(issue, place);
    }
    if (this.#reads["sub-issues"]) {
      this.#readSubIssues(issue, place);
    }
  }

  #readLabels(issue: ObservedIssue, place: number): void {
    const { blockedBy, malformedBlockers } = this.#context.readLabels(issue, place);
    for (const number of blockedBy) {
      this.#addBlocker(issue, place, { number, origin: "label", line: undefined });
    }
    for (const text of malformedBlockers) {
      this.#addProblem(issue, { type: "malformed", origin: "label", line: undefined, text });
    }
  }

  #readBody(issue: ObservedIssue, place: number): void {
    const { repository } = this.#context;
    const { body: readsLines, "task-lists": taskLists } = this.#reads;
    const body = parseIssueBody(issue.body, { repository, taskLists });
    if (body === EMPTY_BODY) {
      return;
    }
    this.#bodies.set(issue.number, body);
    if (!readsLines && !taskLists) {
      return;
    }
    if (body.unread !== undefined) {
      this.#addProblem(issue, { type: "body-unread", why: body.unread });
    }
    for (const { origin, repository: other, issue: number, line } of body.references) {
      if (!(origin === "body" ? readsLines : taskLists)) {
        continue;
      }
      if (other === undefined) {
        this.#addBlocker(issue, place, { number, origin, line });
      } else {
        const reference = { repository: other, issue: number } as const;
        this.#addProblem(issue, { type: "cross-repository", line, ...reference });
      }
    }
    for (const { line, text } of readsLines ? body.malformed : []) {
      this.#addProblem(issue, { type: "malformed", origin: "body", line, text });
    }
  }

  #readNative(issue: ObservedIssue, place: number): void {
    for (const reference of issue.blockedBy) {
      this.#addReference(issue, place, reference, "native");
    }
    if (issue.openBlockerCount === 0) {
      return;
    }
    const open = issue.blockedBy.filter(({ state }) => state === "open").length;
    if (issue.openBlockerCount > open) {
      const count = issue.openBlockerCount - open;
      this.#addProblem(issue, { type: "invisible", what: "blockers", count });
    }
  }

  /** A child blocks its parent, and inherits what blocks the parent (`gates.ts`). */
  #readSubIssues(issue: ObservedIssue, place: number): void {
    for (const child of issue.subIssues) {
      this.#addReference(issue, place, child, "sub-issue");
    }
    if (issue.subIssueCount > issue.subIssues.length) {
      const count = issue.subIssueCount - issue.subIssues.length;
      this.#addProblem(issue, { type: "invisible", what: "sub-issues", count });
    }
    const parent = this.#isOurs(issue.parent)
      ? this.#context.observation.issues.get(issue.parent.number)
      : undefined;
    if (parent?.state === "open") {
      this.#addEdge(place, this.want(parent), "sub-issue");
    }
  }

  #addReference(
    issue: ObservedIssue,
    place: number,
    reference: IssueReference,
    origin: EdgeOrigin,
  ): void {
    const { number, repository, state, closedAs } = reference;
    const isOurs = this.#isOurs(reference);
    const isKnown =
      isOurs &&
      (this.#placeOf.get(number) !== undefined || this.#context.observation.issues.has(number));
    if (isKnown) {
      this.#addBlocker(issue, place, { number, origin, line: undefined });
    } else if (state === "closed") {
      this.#addVerdict(issue, number, closedVerdict(closedAs));
    } else if (isOurs) {
      this.#addProblem(issue, { type: "unreadable", line: undefined, issue: number });
    } else {
      const elsewhere = { repository, issue: number } as const;
      this.#addProblem(issue, { type: "cross-repository", line: undefined, ...elsewhere });
    }
  }

  #isOurs(reference: IssueReference | undefined): reference is IssueReference {
    return (
      reference !== undefined &&
      (reference.repository === this.#context.repository ||
        reference.repository.toLowerCase() === this.#repository)
    );
  }

  #addBlocker(issue: ObservedIssue, place: number, { number, origin, line }: NamedBlocker): void {
    const known = this.#placeOf.get(number);
    if (known !== undefined && this.#blocks[known] === true) {
      this.#addEdge(known, place, origin);
      return;
    }
    const blocker = this.#context.observation.issues.get(number);
    const verdict = judgeBlocker(number, blocker, this.#context);
    switch (verdict) {
      case "blocks":
        if (blocker !== undefined) {
          const found = this.want(blocker);
          this.#blocks[found] = true;
          this.#addEdge(found, place, origin);
        }
        return;
      case "unresolvable":
      case "unreadable":
        this.#addProblem(issue, { type: verdict, line, issue: number });
        return;
      default:
        this.#addVerdict(issue, number, verdict);
    }
  }

  #addVerdict(issue: ObservedIssue, number: number, verdict: BlockerVerdict): void {
    if (verdict === "resolved-not-planned") {
      const known = this.#notPlanned.get(issue.number) ?? [];
      this.#notPlanned.set(issue.number, known.includes(number) ? known : [...known, number]);
    }
    const { observation, journal } = this.#context;
    const closedAt =
      observation.issues.get(number)?.closedAt ?? journal.issues.get(number)?.endedAt;
    const known = this.#releasedAt.get(issue.number);
    if (closedAt !== undefined && (known === undefined || closedAt > known)) {
      this.#releasedAt.set(issue.number, closedAt);
    }
  }

  #addEdge(from: number, to: number, origin: EdgeOrigin): void {
    this.#edges.from.push(from);
    this.#edges.to.push(to);
    this.#edges.bits.push(ORIGIN_BITS[origin]);
  }

  #addProblem(issue: ObservedIssue, problem: ReferenceProblem): void {
    const known = this.#problems.get(issue.number);
    if (known === undefined) {
      this.#problems.set(issue.number, [problem]);
    } else {
      known.push(problem);
    }
  }
}
