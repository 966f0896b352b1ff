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
      expect(TRANSITIONS.filter(({ from }) => from.includes(state))).not.toEqual([]);
    }
  });

  it("leaves completed only when the issue is reopened [F19]", () => {
    const ways = TRANSITIONS.filter(({ from }) => from.includes("completed"));

    expect(ways.map(({ trigger }) => trigger)).toEqual(["reopen"]);
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
