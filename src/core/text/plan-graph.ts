import type { IssueState } from "../journal/issue-state.ts";
import type { PlanEdge } from "../plan/issue-graph.ts";
import type { Plan } from "../plan/plan-types.ts";
import { reduceTransitively } from "../plan/transitive-reduction.ts";

/** GitHub's Mermaid refuses more than 500 edges and more than 50,000 characters. */
export const MAX_GRAPH_EDGES = 400;
export const MAX_GRAPH_CHARACTERS = 45_000;

/** The dependencies of a plan, as a picture where GitHub draws one. */
export type PlanGraph =
  | { readonly type: "no-edges" }
  | {
      readonly type: "mermaid";
      /** A Mermaid flowchart: numbers, states and colours, nothing that anybody wrote. */
      readonly text: string;
    }
  | { readonly type: "too-big"; readonly edges: readonly PlanEdge[] };

type Drawable = Pick<Plan, "rows" | "edges" | "criticalPath" | "cycles">;

/**
 * Draws the open issues that wait for each other, without the arrows that a longer way says
 * already. The critical path is thick, cycles are red. Titles are left out: they are anybody's.
 */
export function drawPlanGraph(plan: Drawable): PlanGraph {
  if (plan.edges.length === 0) {
    return { type: "no-edges" };
  }
  const edges = listDrawnEdges(plan);
  if (edges.length > MAX_GRAPH_EDGES) {
    return { type: "too-big", edges };
  }
  const text = formatFlowchart(plan, edges);
  return text.length > MAX_GRAPH_CHARACTERS
    ? { type: "too-big", edges }
    : { type: "mermaid", text };
}

/**
 * The reduced edges and all of the critical path. A step of that path has no edge of its own where
 * a child waits for what blocks its parent; its origins are then empty.
 */
function listDrawnEdges({ edges, criticalPath }: Drawable): readonly PlanEdge[] {
  const known = new Map(edges.map((edge) => [keyOf(edge), edge]));
  const path = pathEdges(criticalPath).map((edge) => known.get(keyOf(edge)) ?? edge);
  const all = [...edges, ...path.filter((edge) => !known.has(keyOf(edge)))];
  const reduced = reduceTransitively(all) ?? all;
  const drawn = new Map([...reduced, ...path].map((edge) => [keyOf(edge), edge]));
  return [...drawn.values()].toSorted((a, b) => a.from - b.from || a.to - b.to);
}

function pathEdges(path: readonly number[]): readonly PlanEdge[] {
  return path.slice(1).map((to, index) => ({ from: path[index] ?? to, to, origins: [] }));
}

function keyOf({ from, to }: Pick<PlanEdge, "from" | "to">): string {
  return `${from} ${to}`;
}

/** Sixty issues in one look: Mermaid's own distances show a third of them. */
const COMPACT = '%%{init: {"flowchart": {"nodeSpacing": 18, "rankSpacing": 40, "padding": 8}}}%%';

/** `no label`: something waits for it, and nobody has asked an agent to do it. */
type NodeKind = IssueState | "no label";

function formatFlowchart(plan: Drawable, edges: readonly PlanEdge[]): string {
  const stateOf = new Map(plan.rows.map(({ issue, state }) => [issue, state]));
  const issues = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].toSorted(
    (a, b) => a - b,
  );
  const kinds = issues.map((issue): NodeKind => stateOf.get(issue) ?? "no label");
  const isDrawn = new Set(issues);
  const critical = plan.criticalPath.filter((issue) => isDrawn.has(issue));
  const rings = plan.cycles.flat().filter((issue) => isDrawn.has(issue));
  return [
    COMPACT,
    "flowchart LR",
    ...issues.map((issue, index) => formatNode(issue, kinds[index] ?? "no label")),
    ...formatLinks(plan, edges),
    ...[...new Set(kinds)].toSorted().map((kind) => `classDef ${className(kind)} ${LOOKS[kind]}`),
    ...formatMarks("critical", critical, "stroke-width:4px,font-weight:bold"),
    ...formatMarks("ring", rings, `stroke:${RING},stroke-width:3px,stroke-dasharray:6 3`),
  ].join("\n");
}

function formatNode(issue: number, kind: NodeKind): string {
  return `i${issue}["#${issue} ${kind}"]:::${className(kind)}`;
}

function formatLinks(
  { criticalPath, cycles }: Drawable,
  edges: readonly PlanEdge[],
): readonly string[] {
  const critical = new Set(pathEdges(criticalPath).map(keyOf));
  const ringOf = new Map(
    cycles.flatMap((members, ring) => members.map((member) => [member, ring] as const)),
  );
  const inRing: number[] = [];
  const links = edges.map((edge, index) => {
    const ring = ringOf.get(edge.from);
    if (ring !== undefined && ring === ringOf.get(edge.to)) {
      inRing.push(index);
    }
    return `i${edge.from} ${critical.has(keyOf(edge)) ? "==>" : "-->"} i${edge.to}`;
  });
  return inRing.length === 0
    ? links
    : [...links, `linkStyle ${inRing.join(",")} stroke:${RING},stroke-width:2px`];
}

function formatMarks(name: string, issues: readonly number[], look: string): readonly string[] {
  return issues.length === 0
    ? []
    : [`classDef ${name} ${look}`, `class ${issues.map((issue) => `i${issue}`).join(",")} ${name}`];
}

function className(kind: NodeKind): string {
  return kind === "no label" ? "unlabelled" : kind;
}

const RING = "#cf222e";
const GREY = "fill:#eaeef2,stroke:#57606a,color:#1f2328";
const GREEN = "fill:#aceebb,stroke:#116329,color:#1f2328";
const YELLOW = "fill:#fff8c5,stroke:#9a6700,color:#1f2328";
const BLUE = "fill:#b6e3ff,stroke:#0550ae,color:#1f2328";
const PURPLE = "fill:#ecd8ff,stroke:#6639ba,color:#1f2328";
const RED = "fill:#ffcecb,stroke:#a40e26,color:#1f2328";

/** Fill, border and text each, so that both of GitHub's themes show the same. */
const LOOKS: Readonly<Record<NodeKind, string>> = {
  pending: GREY,
  queued: GREY,
  blocked: YELLOW,
  ready: GREEN,
  dispatched: BLUE,
  running: BLUE,
  reviewing: PURPLE,
  completing: PURPLE,
  completed: GREY,
  failed: RED,
  retrying: "fill:#ffd8b5,stroke:#953800,color:#1f2328",
  cancelled: GREY,
  "no label": "fill:#ffffff,stroke:#57606a,color:#1f2328,stroke-dasharray:4 3",
};
