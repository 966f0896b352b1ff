import { describe, expect, it } from "vitest";

import type { ObservedIssue } from "../../../src/core/observation.ts";
import type { Plan } from "../../../src/core/plan/plan-types.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { anIssue, aPlanInput, aReference, rowOf } from "../../arbitraries/plan.ts";

const plan = (issues: readonly ObservedIssue[]): Plan => planTick(aPlanInput({ issues }));

const parentOf = (number: number, children: readonly number[], body = ""): ObservedIssue =>
  anIssue({ number, body, subIssues: children.map((child) => aReference(child)) });

const childOf = (number: number, parent: number, body = ""): ObservedIssue =>
  anIssue({ number, body, parent: aReference(parent) });

describe("parents and children", () => {
  it("a child waits for what blocks its parent, and says through whom [N07]", () => {
    const result = plan([parentOf(1, [2], "Blocked by #3"), childOf(2, 1), anIssue({ number: 3 })]);

    expect(result.ready).toEqual([3]);
    expect(rowOf(result, 2)?.reason).toMatchObject({ type: "blocked", by: [3], through: [1] });
    expect(rowOf(result, 2)?.level).toBe(1);
  });

  it("so does the child of a child", () => {
    const middle = { ...parentOf(2, [3]), parent: aReference(1) };

    const result = plan([
      parentOf(1, [2], "Blocked by #4"),
      middle,
      childOf(3, 2),
      anIssue({ number: 4 }),
    ]);

    expect(result.ready).toEqual([4]);
    expect(rowOf(result, 3)?.blockedBy).toEqual([4]);
  });

  it("a parent that blocks its child is a cycle of both [F40]", () => {
    const result = plan([parentOf(1, [2]), childOf(2, 1, "Blocked by #1"), anIssue({ number: 3 })]);

    expect(result.cycles).toEqual([[1, 2]]);
    expect(result.ready).toEqual([3]);
    expect(
      result.rows.filter(({ reason }) => reason.type === "cycle").map(({ issue }) => issue),
    ).toEqual([1, 2]);
  });

  it("a block that a child inherits and that waits for the child is a deadlock of all three [F40]", () => {
    const result = plan([
      parentOf(1, [2], "Blocked by #3"),
      childOf(2, 1),
      anIssue({ number: 3, body: "Blocked by #2" }),
    ]);

    expect(result.cycles).toEqual([[1, 2, 3]]);
    expect(result.ready).toEqual([]);
  });

  it("a parent that also names its child as a blocker says the same twice: no deadlock", () => {
    const result = plan([parentOf(1, [2, 3], "Blocked by #2"), childOf(2, 1), childOf(3, 1)]);

    expect(result.cycles).toEqual([]);
    expect(result.ready).toEqual([2, 3]);
  });

  it("two issues that are each other's parent are a cycle, not an endless loop", () => {
    const result = plan([
      { ...parentOf(1, [2], "Blocked by #3"), parent: aReference(2) },
      { ...parentOf(2, [1]), parent: aReference(1) },
      anIssue({ number: 3 }),
    ]);

    expect(result.cycles).toEqual([[1, 2]]);
    expect(result.ready).toEqual([3]);
  });
});
