import { describe, expect, it } from "vitest";

import { ISSUE_STATES } from "../../../src/core/journal/issue-state.ts";
import { canBecome, nextState, TRANSITIONS } from "../../../src/core/journal/state-machine.ts";

describe("the state machine", () => {
  it("reaches every state from pending [W22]", () => {
    const reached = ISSUE_STATES.filter((state) => canBecome("pending", state));

    expect(reached).toEqual([...ISSUE_STATES]);
  });

  it("has a way out of every state [F09]", () => {
    for (const state of ISSUE_STATES) {
      const ways = TRANSITIONS.filter(({ from, to }) => from.includes(state) && to !== "same");
      expect(ways).not.toEqual([]);
    }
  });

  it("leaves completed only when the issue is reopened [F19]", () => {
    const ways = TRANSITIONS.filter(({ from, to }) => from.includes("completed") && to !== "same");

    expect(ways.map(({ trigger }) => trigger)).toEqual(["reopen"]);
  });

  it("holds every row of the requirements' table [W22]", () => {
    const rows = new Set(TRANSITIONS.map(({ row }) => row));

    expect([...rows].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 31 }, (_, i) => i + 1),
    );
  });

  it("stays where it is when something is only said or repaired", () => {
    expect(nextState("blocked", "explain")).toBe("blocked");
    expect(nextState("reviewing", "finalize-again")).toBe("reviewing");
    expect(nextState("completed", "repair")).toBe("completed");
  });

  it("gives one answer for each state and trigger", () => {
    const pairs = TRANSITIONS.flatMap(({ from, trigger }) =>
      from.map((state) => `${state} ${trigger}`),
    );

    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it("refuses a trigger where it does not belong, as data", () => {
    expect(nextState("ready", "claim")).toBe("dispatched");
    expect(nextState("completed", "claim")).toBeUndefined();
    expect(nextState("pending", "claim")).toBeUndefined();
  });
});
