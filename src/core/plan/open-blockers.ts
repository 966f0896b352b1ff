import { NOTHING } from "../text/short-list.ts";
import { at, type Graph, inList } from "./graph.ts";
import { ascending, type IssueGraph } from "./issue-graph.ts";

/** The open issues that one waits for. */
export interface OpenBlockers {
  /** Issue numbers, ascending. */
  readonly by: readonly number[];
  /** Parents through which some of them were inherited. */
  readonly through: readonly number[];
}

const NO_BLOCKERS: OpenBlockers = { by: NOTHING, through: NOTHING };

/** Deeper or wider inheritance than this is counted no further: it blocks all the same. */
const MAX_GATES = 50;

/** Lists the open issues that a node waits for: its own blockers and those of its parents. */
export class BlockerLists {
  readonly #view: IssueGraph;
  /** The sources of the graph as issue numbers, 0 for a gate: most answers are a slice of it. */
  readonly #sourceIssues: number[] = [];

  constructor(view: IssueGraph) {
    this.#view = view;
    const { sources } = view.graph;
    for (let edge = 0; edge < sources.length; edge += 1) {
      this.#sourceIssues.push(inList(view.issues, at(sources, edge)));
    }
  }

  of(node: number): OpenBlockers {
    const { graph, issues } = this.#view;
    const start = at(graph.sourceOffsets, node);
    const end = at(graph.sourceOffsets, node + 1);
    if (start === end) {
      return NO_BLOCKERS;
    }
    // Sources ascend, so the last one tells whether there is any gate among them.
    return at(graph.sources, end - 1) < issues.length
      ? { by: this.#sourceIssues.slice(start, end), through: NOTHING }
      : listInherited(this.#view, node);
  }
}

function listInherited({ graph, issues, gateOwners }: IssueGraph, node: number): OpenBlockers {
  const by = new Set<number>();
  const gates: number[] = [];
  const collect = (sources: Int32Array): void => {
    for (const source of sources) {
      if (source < issues.length) {
        by.add(inList(issues, source));
      } else if (gates.length < MAX_GATES && !gates.includes(source)) {
        gates.push(source);
      }
    }
  };
  collect(waitsFor(graph, node));
  for (let head = 0; head < gates.length; head += 1) {
    collect(waitsFor(graph, inList(gates, head)));
  }
  return {
    by: ascending(by),
    through: ascending(
      gates.map((gate) => inList(issues, inList(gateOwners, gate - issues.length))),
    ),
  };
}

function waitsFor({ sourceOffsets, sources }: Graph, node: number): Int32Array {
  return sources.subarray(at(sourceOffsets, node), at(sourceOffsets, node + 1));
}
