import { describe, expect, it } from "vitest";

import { nearestName } from "../../../src/core/text/nearest-name.ts";

describe("nearestName", () => {
  it.each([
    ["max_parallel", "max-parallel"],
    ["MAX-PARALLEL", "max-parallel"],
    ["retri", "retry"],
    ["zzz", undefined],
    ["", undefined],
  ])("finds for %j: %j", (given, nearest) => {
    expect(nearestName(given, ["max-parallel", "retry", "quality"])).toBe(nearest);
  });

  it("counts letters to insert, delete and replace", () => {
    expect(nearestName("jurnal", ["worktree", "journal", "session"])).toBe("journal");
    expect(nearestName("sesion", ["worktree", "journal", "session"])).toBe("session");
  });

  it("takes the nearest however far when there is no bound", () => {
    expect(nearestName("zzz", ["retry", "quality"], () => Infinity)).toBe("retry");
    expect(nearestName("zzz", [], () => Infinity)).toBeUndefined();
  });
});
