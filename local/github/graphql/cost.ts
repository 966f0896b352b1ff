import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";

/** What a query costs by GitHub's published formula. */
export interface Cost {
  readonly points: number;
  readonly nodes: number;
}

const REQUESTS_PER_POINT = 100;
const MUTATION_POINTS = 1;

/**
 * Counts the requests it takes to fill every connection (one per parent node) and the nodes they
 * can hold. A hundred requests are a point, and everything costs at least one.
 */
export function costOf(
  document: DocumentNode,
  operationName: string | undefined,
  variables: Readonly<Record<string, unknown>>,
): Cost {
  const operation = getOperationAST(document, operationName);
  if (
    operation === null ||
    operation === undefined ||
    operation.operation === OperationTypeNode.MUTATION
  ) {
    return { points: MUTATION_POINTS, nodes: 0 };
  }
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const totals = { requests: 0, nodes: 0 };
  add(operation.selectionSet, 1, { fragments, variables, totals });
  const points = Math.max(1, Math.round(totals.requests / REQUESTS_PER_POINT));
  return { points, nodes: totals.nodes };
}

interface Walk {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly totals: { requests: number; nodes: number };
}

function add(selections: SelectionSetNode | undefined, parents: number, walk: Walk): void {
  for (const selection of selections?.selections ?? []) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      add(walk.fragments.get(selection.name.value)?.selectionSet, parents, walk);
      continue;
    }
    let children = parents;
    const bound =
      selection.kind === Kind.FIELD
        ? selection.arguments?.find((it) => it.name.value === "first" || it.name.value === "last")
        : undefined;
    if (bound !== undefined) {
      children = parents * size(bound.value, walk.variables);
      walk.totals.requests += parents;
      walk.totals.nodes += children;
    }
    add(selection.selectionSet, children, walk);
  }
}

function size(value: ValueNode, variables: Readonly<Record<string, unknown>>): number {
  const given =
    value.kind === Kind.VARIABLE
      ? variables[value.name.value]
      : value.kind === Kind.INT
        ? value.value
        : 0;
  return Number(given) || 0;
}
