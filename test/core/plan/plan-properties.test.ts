import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planTick } from "../../../src/core/plan/plan.ts";
import { formatReason } from "../../../src/core/plan/reasons.ts";
import { anyPlanInput, anyShuffleOf } from "../../arbitraries/backlog.ts";
import { rowOf, TRIGGER } from "../../arbitraries/plan.ts";

const PLAIN = /^(?:[A-Za-z0-9._/-]{0,64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/u;

/** Lists the paths of all values that are neither whole numbers nor plain words. */
const listFreeText = (value: unknown, path = ""): readonly string[] => {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? [] : [path];
    case "string":
      return PLAIN.test(value) ? [] : [path];
    case "object":
      return Object.entries(value ?? {}).flatMap(([key, part]) =>
        listFreeText(part, `${path}.${key}`),
      );
    default:
      return [];
  }
};

describe("planTick, for any backlog", () => {
  it("gives every open triggered issue one row with a reason, and nobody else [N27]", () => {
    fc.assert(
      fc.property(anyPlanInput, (input) => {
        const { rows } = planTick(input);
        const triggered = [...input.observation.issues.values()]
          .filter(({ state, labels }) => state === "open" && labels.includes(TRIGGER))
          .map(({ number }) => number);

        expect(rows.map(({ issue }) => issue).toSorted((a, b) => a - b)).toEqual(triggered);
        for (const { reason } of rows) {
          expect(formatReason(reason)).toMatch(/^[A-Z].*\.$/u);
        }
      }),
    );
  });

  it("does not depend on the order in which GitHub lists anything", () => {
    fc.assert(
      fc.property(
        anyPlanInput.chain((input) => fc.tuple(fc.constant(input), anyShuffleOf(input))),
        ([input, shuffled]) => {
          expect(planTick(shuffled)).toEqual(planTick(input));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("calls an issue ready only if it is open, approved, unblocked, not held and not claimed [F43]", () => {
    fc.assert(
      fc.property(anyPlanInput, (input) => {
        const { ready, edges, approvals } = planTick(input);
        for (const issue of ready) {
          const observed = input.observation.issues.get(issue);
          const record = input.journal.issues.get(issue);
          const isApproved =
            record?.approval?.textHash === observed?.textHash ||
            approvals.some((approval) => approval.issue === issue);

          expect(observed).toMatchObject({ state: "open" });
          expect(isApproved).toBe(true);
          expect(edges.filter(({ to }) => to === issue)).toEqual([]);
          expect(input.liveClaims.has(issue)).toBe(false);
          expect(["failed", "delivered"]).not.toContain(record?.result?.outcome);
        }
      }),
    );
  });

  it("never makes anything ready by adding a blocker", () => {
    const anyCase = fc.tuple(
      anyPlanInput,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
    );
    fc.assert(
      fc.property(anyCase, ([input, dependent, blocker]) => {
        const issue = input.observation.issues.get(dependent);
        fc.pre(issue !== undefined);
        const changed = { ...issue, labels: [...issue.labels, `blocked-by:#${blocker}`] };
        const issues = new Map(input.observation.issues).set(dependent, changed);

        const before = planTick(input).ready;
        const after = planTick({ ...input, observation: { ...input.observation, issues } }).ready;

        expect(after.filter((one) => !before.includes(one))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("never orders an issue behind what waits for it: no priority inversion [N06]", () => {
    fc.assert(
      fc.property(anyPlanInput, (input) => {
        const plan = planTick(input);
        const position = new Map(plan.rows.map(({ issue }, index) => [issue, index]));
        const pairs = plan.edges.flatMap(({ from, to }) => {
          const blocker = rowOf(plan, from);
          const dependent = rowOf(plan, to);
          const isReal = blocker !== undefined && dependent?.level !== undefined;
          return isReal ? [{ blocker, dependent }] : [];
        });
        for (const { blocker, dependent } of pairs) {
          expect(blocker.effectivePriority).toBeLessThanOrEqual(dependent.effectivePriority);
          expect(position.get(blocker.issue)).toBeLessThan(position.get(dependent.issue) ?? -1);
        }
        expect(plan.orderCheck).toBe("agrees");
      }),
      { numRuns: 300 },
    );
  });

  it("starts the first ready issues, each once, each in a free slot of its own [W14, F47]", () => {
    fc.assert(
      fc.property(anyPlanInput, (input) => {
        const { starts, ready } = planTick(input);
        const offline = input.journal.fleet.offline.map(({ slot }) => slot);
        const slots = starts.map(({ slot }) => slot);

        expect(new Set(slots).size).toBe(slots.length);
        expect(new Set(starts.map(({ issue }) => issue)).size).toBe(starts.length);
        expect(slots.filter((slot) => input.busySlots.includes(slot))).toEqual([]);
        expect(slots.filter((slot) => offline.includes(slot))).toEqual([]);
        expect(starts.every(({ issue }) => ready.includes(issue))).toBe(true);
        expect(input.busySlots.length + starts.length).toBeLessThanOrEqual(
          Math.max(input.configuration.maxParallel, input.busySlots.length),
        );
        expect(starts.length === 0 || input.credential === "present").toBe(true);
      }),
    );
  });

  it("leaves nothing but whole numbers, enums, hashes, times and configured names [W10]", () => {
    fc.assert(
      fc.property(anyPlanInput, (input) => {
        const { rows, warnings: _w, notices, paths: _p, ...rest } = planTick(input);

        const outward = {
          rest,
          rows: rows.map(({ reason, ...row }) => ({ ...row, reason: reason.type })),
          notices: notices.map(({ issue, key }) => ({ issue, key })),
        };

        expect(listFreeText(outward)).toEqual([]);
      }),
    );
  });

  it("survives JSON, as collect hands it to dispatch as a file", () => {
    fc.assert(
      fc.property(anyPlanInput, (input) => {
        const plan = planTick(input);

        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
    );
  });
});
