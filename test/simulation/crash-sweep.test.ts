import { describe, expect, it } from "vitest";

import { type Action, sweep } from "./crash-sweep.ts";

/** The writes that each action has in the scenario, at least: fewer mean that the sweep lost its way. */
const WRITES: Readonly<Record<Action, number>> = { dispatch: 40, finalize: 30, command: 5 };

describe("an action that dies right before or right after a write", () => {
  it.each(["dispatch", "finalize", "command"] as const)(
    "of %s leaves nothing twice and nothing undone, whichever write it is [F10, F11]",
    async (action) => {
      const report = await sweep(action);

      expect(report.killPoints).toBeGreaterThanOrEqual(2 * WRITES[action]);
      expect(report).toEqual({
        killPoints: report.killPoints,
        converged: report.killPoints,
        duplicates: 0,
        lost: 0,
      });
    },
  );
});
