import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planTick } from "../../../src/core/plan/plan.ts";
import {
  drawPlanGraph,
  MAX_GRAPH_CHARACTERS,
  MAX_GRAPH_EDGES,
} from "../../../src/core/text/plan-graph.ts";
import { anyBigPlan, anyQuotingPlan } from "../../arbitraries/plan-view.ts";
import {
  aClaim,
  anIssue,
  anUntriggeredIssue,
  aPlanInput,
  aRecord,
  aReference,
  labelled,
} from "../../arbitraries/plan.ts";

const anyPlan = fc.oneof(anyQuotingPlan, anyBigPlan);

const NODE = /^i(\d+)\["#(\d+) (?:[a-z]+|no label)"\]:::[a-z]+$/u;
const LINK = /^i(\d+) (-->|==>) i(\d+)$/u;
const LOOK = /^(?:linkStyle [\d,]+|classDef [a-z]+) [a-z#\d:,. -]+$/u;
const MARK = /^class i\d+(?:,i\d+)* (?:critical|ring)$/u;

const linesOf = (graph: ReturnType<typeof drawPlanGraph>): readonly string[] =>
  graph.type === "mermaid" ? graph.text.split("\n") : [];

/** The graph of one issue that so many others wait for. */
const fan = (edges: number): ReturnType<typeof drawPlanGraph> => {
  const issues = Array.from({ length: edges + 1 }, (_, index) =>
    anIssue({ number: index + 1, labels: index === 0 ? labelled() : labelled("blocked-by:#1") }),
  );
  return drawPlanGraph(planTick(aPlanInput({ issues })));
};

describe("drawPlanGraph", () => {
  it("draws numbers, states, the critical path and cycles, and no arrow that a longer way says", () => {
    const claim = aClaim({ issue: 1 });
    const plan = planTick(
      aPlanInput({
        issues: [
          anIssue({ number: 1 }),
          anIssue({ number: 2, labels: labelled("blocked-by:#1") }),
          anIssue({ number: 3, labels: labelled("blocked-by:#1", "estimated:2h") }),
          anIssue({
            number: 4,
            labels: labelled("blocked-by:#1", "blocked-by:#2", "blocked-by:#3"),
          }),
          anIssue({ number: 5, labels: labelled("blocked-by:#6") }),
          anIssue({ number: 6, labels: labelled("blocked-by:#5") }),
          anUntriggeredIssue({ number: 7 }),
          anIssue({ number: 8, labels: labelled("blocked-by:#7") }),
          anIssue({ number: 9 }),
        ],
        records: [aRecord({ issue: 1, attempts: 1, claim })],
        liveClaims: new Map([[1, claim]]),
      }),
    );

    const lines = linesOf(drawPlanGraph(plan)).filter((line) => !line.startsWith("%%"));

    expect(lines).toEqual([
      "flowchart LR",
      'i1["#1 dispatched"]:::dispatched',
      'i2["#2 blocked"]:::blocked',
      'i3["#3 blocked"]:::blocked',
      'i4["#4 blocked"]:::blocked',
      'i5["#5 blocked"]:::blocked',
      'i6["#6 blocked"]:::blocked',
      'i7["#7 no label"]:::unlabelled',
      'i8["#8 blocked"]:::blocked',
      "i1 --> i2",
      "i1 ==> i3",
      "i2 --> i4",
      "i3 ==> i4",
      "i5 --> i6",
      "i6 --> i5",
      "i7 --> i8",
      "linkStyle 4,5 stroke:#cf222e,stroke-width:2px",
      "classDef blocked fill:#fff8c5,stroke:#9a6700,color:#1f2328",
      "classDef dispatched fill:#b6e3ff,stroke:#0550ae,color:#1f2328",
      "classDef unlabelled fill:#ffffff,stroke:#57606a,color:#1f2328,stroke-dasharray:4 3",
      "classDef critical stroke-width:4px,font-weight:bold",
      "class i1,i3,i4 critical",
      "classDef ring stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 3",
      "class i5,i6 ring",
    ]);
  });

  it("draws the step of a critical path that a child inherits from its parent", () => {
    const issues = [
      anIssue({ number: 1 }),
      anIssue({ number: 2, blockedBy: [aReference(1)], subIssues: [aReference(3)] }),
      anIssue({ number: 3 }),
    ];

    const plan = planTick(aPlanInput({ issues }));

    expect(plan.criticalPath).toEqual([1, 3, 2]);
    expect(linesOf(drawPlanGraph(plan)).filter((line) => LINK.test(line))).toEqual([
      "i1 ==> i3",
      "i3 ==> i2",
    ]);
  });

  it("draws a step of the critical path even where an issue without work stands beside it", () => {
    const issues = [
      anIssue({ number: 1 }),
      anIssue({ number: 2, labels: labelled("blocked-by:#1", "blocked-by:#3") }),
      anUntriggeredIssue({ number: 3, labels: ["blocked-by:#1"] }),
    ];

    const plan = planTick(aPlanInput({ issues }));

    expect(plan.criticalPath).toEqual([1, 2]);
    expect(linesOf(drawPlanGraph(plan)).filter((line) => LINK.test(line))).toEqual([
      "i1 ==> i2",
      "i1 --> i3",
      "i3 --> i2",
    ]);
  });

  it("has nothing to draw where no issue waits for another", () => {
    const plan = planTick(aPlanInput({ issues: [anIssue({ number: 1 })] }));

    expect(drawPlanGraph(plan)).toEqual({ type: "no-edges" });
  });

  it("lists what is too much even to reduce", () => {
    const issues = Array.from({ length: 102 }, (_, index) =>
      anIssue({
        number: index + 1,
        labels: labelled(
          ...Array.from({ length: index }, (__, blocker) => `blocked-by:#${blocker + 1}`),
        ),
      }),
    );

    const graph = drawPlanGraph(planTick(aPlanInput({ issues })));

    expect(graph).toMatchObject({ type: "too-big", edges: { length: (102 * 101) / 2 } });
  });

  it("draws as many arrows as GitHub does, with a margin, and lists them beyond that", () => {
    expect(fan(MAX_GRAPH_EDGES).type).toBe("mermaid");
    expect(fan(MAX_GRAPH_EDGES + 1)).toMatchObject({
      type: "too-big",
      edges: { length: MAX_GRAPH_EDGES + 1 },
    });
  });
});

describe("drawPlanGraph, for any plan", () => {
  it("stays below what GitHub draws and holds nothing that anybody wrote", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const lines = linesOf(drawPlanGraph(plan));

        expect(lines.join("\n").length).toBeLessThanOrEqual(MAX_GRAPH_CHARACTERS);
        expect(lines.filter((line) => LINK.test(line)).length).toBeLessThanOrEqual(MAX_GRAPH_EDGES);
        expect(
          lines
            .slice(2)
            .filter((line) => ![NODE, LINK, LOOK, MARK].some((pattern) => pattern.test(line))),
        ).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it("shows every step of the critical path thick, and no other arrow", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const lines = linesOf(drawPlanGraph(plan));
        fc.pre(lines.length > 0);
        const thick = lines.filter((line) => line.includes("==>"));
        const steps = plan.criticalPath
          .slice(1)
          .map((to, index) => `i${plan.criticalPath[index]} ==> i${to}`);

        expect(thick.toSorted()).toEqual(steps.toSorted());
      }),
      { numRuns: 80 },
    );
  });

  it("names a node once, and only nodes that an arrow touches", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const lines = linesOf(drawPlanGraph(plan));
        const nodes = lines.flatMap((line) => NODE.exec(line)?.[1] ?? []);
        const touched = lines.flatMap((line) => {
          const [, from = "", , to = ""] = LINK.exec(line) ?? [];
          return from === "" ? [] : [from, to];
        });

        expect(new Set(nodes).size).toBe(nodes.length);
        expect(new Set(nodes)).toEqual(new Set(touched));
      }),
      { numRuns: 80 },
    );
  });
});
