import type { Configuration, DependencySource } from "../configuration.ts";
import type { IssueReference, ObservedIssue } from "../observation.ts";
import {
  type BodyOptions,
  EMPTY_BODY,
  type IssueBody,
  parseIssueBody,
} from "../text/issue-body.ts";
import type { LabelReading } from "../text/label-reading.ts";
import { type BlockerContext, closedVerdict, judgeBlocker } from "./blockers.ts";
import { EdgeList } from "./edge-list.ts";
import { type EdgeOrigin, ORIGIN_BITS } from "./edge-origin.ts";
import { type EdgeColumns, inList, pick } from "./graph.ts";
import { NumberIndex, placesInOrder } from "./number-index.ts";
import { ReferenceFindings } from "./reference-findings.ts";
import type { ReferenceProblem } from "./reference-problem.ts";

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
  /** The bodies that say more than what blocks the issue: paths, or what is worth a warning. */
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

/** More than most repositories have. */
const EDGES_PER_ISSUE = 2;

class Reading {
  readonly #context: DependencyContext;
  readonly #reads: Readonly<Record<DependencySource, boolean>>;
  readonly #bodyOptions: BodyOptions;
  readonly #repository: string;
  /** The issues in the order in which they were found; edges are between places in this list. */
  readonly #found: ObservedIssue[] = [];
  /** Their numbers, kept because looking into each of many issues again is slow. */
  readonly #numbers: number[] = [];
  readonly #placeOf: NumberIndex;
  /** By place: true once an issue was judged to block. Most are named again and again. */
  readonly #blocks: boolean[] = [];
  readonly #edges: EdgeList;
  readonly #findings: ReferenceFindings;
  readonly #bodies = new Map<number, IssueBody>();
  /** Place and number of the issue that is being read. */
  #place = 0;
  #number = 0;

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
    const { repository } = context;
    this.#bodyOptions = { repository, taskLists: sources.has("task-lists") };
    this.#repository = repository.toLowerCase();
    this.#findings = new ReferenceFindings(context);
    const { issues } = context.observation;
    this.#edges = new EdgeList(EDGES_PER_ISSUE * issues.size);
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
    this.#numbers.push(issue.number);
    return this.#found.push(issue) - 1;
  }

  finish(): Dependencies {
    // The list grows while it is read.
    for (const issue of this.#found) {
      this.#number = inList(this.#numbers, this.#place);
      this.#read(issue);
      this.#place += 1;
    }
    const places = placesInOrder(this.#numbers);
    const nodes = new Int32Array(places.length);
    for (let node = 0; node < places.length; node += 1) {
      nodes[inList(places, node)] = node;
    }
    const { from, to, bits } = this.#edges.columns();
    const { notPlanned, releasedAt } = this.#findings;
    return {
      issues: places.map((place) => inList(this.#numbers, place)),
      nodes,
      edges: { from: pick(nodes, from), to: pick(nodes, to), bits },
      problems: this.#findings.problems(),
      notPlanned,
      releasedAt,
      bodies: this.#bodies,
    };
  }

  #read(issue: ObservedIssue): void {
    // While it is at hand: others that name it later need not look into it.
    this.#blocks[this.#place] ||= judgeBlocker(this.#number, issue, this.#context) === "blocks";
    if (this.#reads.labels) {
      this.#readLabels(issue);
    }
    this.#readBody(issue.body);
    if (this.#reads.native) {
      this.#readNative(issue);
    }
    if (this.#reads["sub-issues"]) {
      this.#readSubIssues(issue);
    }
  }

  #readLabels(issue: ObservedIssue): void {
    const { blockedBy, malformedBlockers } = this.#context.readLabels(issue, this.#place);
    for (const number of blockedBy) {
      this.#addBlocker(number, "label", undefined);
    }
    for (const text of malformedBlockers) {
      this.#addProblem({ type: "malformed", origin: "label", line: undefined, text });
    }
  }

  #readBody(text: string): void {
    const body = parseIssueBody(text, this.#bodyOptions);
    if (body === EMPTY_BODY) {
      return;
    }
    if (body.paths.length + body.mentions.length + body.malformedPaths.length > 0) {
      this.#bodies.set(this.#number, body);
    }
    const { body: readsLines, "task-lists": readsTasks } = this.#reads;
    if (body.unread !== undefined && (readsLines || readsTasks)) {
      this.#addProblem({ type: "body-unread", why: body.unread });
    }
    for (const { origin, repository, issue: number, line } of body.references) {
      if (!(origin === "body" ? readsLines : readsTasks)) {
        continue;
      }
      if (repository === undefined) {
        this.#addBlocker(number, origin, line);
      } else {
        this.#addProblem({ type: "cross-repository", line, repository, issue: number });
      }
    }
    for (const attempt of readsLines ? body.malformed : []) {
      this.#addProblem({
        type: "malformed",
        origin: "body",
        line: attempt.line,
        text: attempt.text,
      });
    }
  }

  #readNative(issue: ObservedIssue): void {
    for (const reference of issue.blockedBy) {
      this.#addReference(reference, "native");
    }
    if (issue.openBlockerCount === 0) {
      return;
    }
    const open = issue.blockedBy.filter(({ state }) => state === "open").length;
    if (issue.openBlockerCount > open) {
      const count = issue.openBlockerCount - open;
      this.#addProblem({ type: "invisible", what: "blockers", count });
    }
  }

  /** A child blocks its parent, and inherits what blocks the parent (`gates.ts`). */
  #readSubIssues(issue: ObservedIssue): void {
    for (const child of issue.subIssues) {
      this.#addReference(child, "sub-issue");
    }
    if (issue.subIssueCount > issue.subIssues.length) {
      const count = issue.subIssueCount - issue.subIssues.length;
      this.#addProblem({ type: "invisible", what: "sub-issues", count });
    }
    const parent = this.#isOurs(issue.parent)
      ? this.#context.observation.issues.get(issue.parent.number)
      : undefined;
    if (parent?.state === "open") {
      this.#edges.add(this.#place, this.want(parent), ORIGIN_BITS["sub-issue"]);
    }
  }

  #addReference(reference: IssueReference, origin: EdgeOrigin): void {
    const { number, repository, state, closedAs } = reference;
    const isOurs = this.#isOurs(reference);
    const isKnown =
      isOurs &&
      (this.#placeOf.get(number) !== undefined || this.#context.observation.issues.has(number));
    if (isKnown) {
      this.#addBlocker(number, origin, undefined);
    } else if (state === "closed") {
      this.#findings.addReleased(this.#number, number, closedVerdict(closedAs));
    } else if (isOurs) {
      this.#addProblem({ type: "unreadable", line: undefined, issue: number });
    } else {
      this.#addProblem({ type: "cross-repository", line: undefined, repository, issue: number });
    }
  }

  #isOurs(reference: IssueReference | undefined): reference is IssueReference {
    return (
      reference !== undefined &&
      (reference.repository === this.#context.repository ||
        reference.repository.toLowerCase() === this.#repository)
    );
  }

  /** `line`: where the body names it; `undefined` elsewhere. */
  #addBlocker(number: number, origin: EdgeOrigin, line: number | undefined): void {
    const known = this.#placeOf.get(number);
    if (known !== undefined && this.#blocks[known] === true) {
      this.#edges.add(known, this.#place, ORIGIN_BITS[origin]);
      return;
    }
    const blocker =
      known === undefined ? this.#context.observation.issues.get(number) : this.#found[known];
    const verdict = judgeBlocker(number, blocker, this.#context);
    switch (verdict) {
      case "blocks":
        if (blocker !== undefined) {
          const place = this.want(blocker);
          this.#blocks[place] = true;
          this.#edges.add(place, this.#place, ORIGIN_BITS[origin]);
        }
        return;
      case "unresolvable":
      case "unreadable":
        this.#addProblem({ type: verdict, line, issue: number });
        return;
      default:
        this.#findings.addReleased(this.#number, number, verdict);
    }
  }

  #addProblem(problem: ReferenceProblem): void {
    this.#findings.addProblem(this.#number, problem);
  }
}
