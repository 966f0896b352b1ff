import { describe, expect, it } from "vitest";

import { makeBacklog } from "../../bench/planner/backlog.ts";
import { checkListOrder } from "../../bench/planner/check-list-order.ts";
import { CONTESTANTS } from "../../bench/planner/contestants.ts";
import { GRAPH_SHAPES, listIssues } from "../../bench/planner/graph-lists.ts";
import { planTick } from "../../src/core/plan/plan.ts";
import { parseIssueBody } from "../../src/core/text/issue-body.ts";

describe.each(GRAPH_SHAPES)("listIssues, %s", (shape) => {
  it("lists every number once, shuffled, and the same for the same seed", () => {
    const issues = listIssues(shape, 100, 1);
    const numbers = issues.map(({ number }) => number);

    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    expect(numbers).not.toEqual(numbers.toSorted((a, b) => a - b));
    expect(listIssues(shape, 100, 1)).toEqual(issues);
  });

  it("lets each issue wait for lower ones only", () => {
    for (const { number, blockedBy } of listIssues(shape, 100, 2)) {
      expect(blockedBy.every((blocker) => blocker >= 1 && blocker < number)).toBe(true);
    }
  });

  it.each(CONTESTANTS)("is ordered by $name", ({ order }) => {
    const issues = listIssues(shape, 60, 3);

    expect(() => {
      checkListOrder(issues, order(issues));
    }).not.toThrow();
  });
});

describe("checkListOrder", () => {
  const issues = [
    { number: 1, blockedBy: [] },
    { number: 2, blockedBy: [1] },
  ];

  it.each([
    ["breaks an edge", [2, 1]],
    ["leaves one out", [1]],
    ["names one twice", [1, 1]],
  ])("objects to an order that %s", (_, order) => {
    expect(() => {
      checkListOrder(issues, order);
    }).toThrow(/#1|order has/u);
  });
});

describe("makeBacklog", () => {
  const input = makeBacklog(400, 1);
  const plan = planTick(input);

  it("has a row for each of the triggered issues, in no cycle and with no bad reference", () => {
    expect(plan.rows).toHaveLength(400);
    expect(plan.cycles).toEqual([]);
    expect(plan.rows.filter(({ reason }) => reason.type === "bad-reference")).toEqual([]);
  });

  it("takes its edges from labels, bodies and GitHub's own dependencies", () => {
    const origins = new Set(plan.edges.flatMap((edge) => edge.origins));

    expect(origins).toEqual(new Set(["label", "body", "native"]));
    expect(plan.edges.length).toBeGreaterThan(600);
  });

  it("writes bodies that declare as many blockers as they name", () => {
    const options = { repository: input.observation.repository.name, taskLists: false };
    for (const { body } of input.observation.issues.values()) {
      const named = body.match(/#\d+/gu)?.length ?? 0;

      expect(parseIssueBody(body, options).references).toHaveLength(named);
    }
  });

  it("is the same for the same seed", () => {
    expect(makeBacklog(50, 9)).toEqual(makeBacklog(50, 9));
  });
});
