import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatLabel, parseLabel } from "../../../src/core/text/labels.ts";
import { anyMeaning, anyNearLabel } from "../../arbitraries/labels.ts";

describe("parseLabel", () => {
  it("reads back every label that formatLabel writes", () => {
    fc.assert(
      fc.property(anyMeaning, (meaning) => {
        expect(parseLabel(formatLabel(meaning))).toEqual(meaning);
      }),
    );
  });

  it("keeps within GitHub's 50 characters", () => {
    fc.assert(
      fc.property(anyMeaning, (meaning) => {
        expect(formatLabel(meaning).length).toBeLessThanOrEqual(50);
      }),
    );
  });

  it.each([
    ["P0-Critical", 0],
    ["P1", 1],
    ["priority:P1-High", 1],
    ["priority: P2-Medium", 2],
    ["🔥 P0-Critical", 0],
    ["📊 priority:P3-Low", 3],
  ])("reads the priority in %j, whoever made the label [C12]", (label, priority) => {
    expect(parseLabel(label)).toEqual({ type: "priority", priority });
  });

  it.each(["P4-None", "P10", "MP3-player", "p1-high", "HP0-printer", "P0_x", "XP1-", "P1x", "P-0"])(
    "sees no priority in %j [C12, F23]",
    (label) => {
      expect(parseLabel(label)).toBeUndefined();
    },
  );

  it.each([
    "blocked",
    "unblocked",
    "not blocked-by:#3",
    "unblocked-by:#3",
    "blocked-by-design",
    "customer blocked",
    "was: blocked-by:#3",
  ])("does not hold an issue for the label %j, which only sounds like ours [F23]", (label) => {
    expect(parseLabel(label)).toBeUndefined();
  });

  it.each([
    "blocked-by:9",
    "blocked-by:#",
    "blocked-by:#0",
    "blocked-by:#-3",
    "blocked-by:#12 ",
    "blocked-by: #12",
    "Blocked-By:#12",
    "blocked-by:#NaN",
    "blocked-by:#1e3",
    "blocked-by:#99999999999",
    "blocked-by:other/repo#5",
    "blocked by: the lawyers",
    "depends-on:#4",
    "depends-on: 123",
    "blocked-by #7",
  ])("names %j as malformed instead of taking the issue for free [F24]", (label) => {
    expect(parseLabel(label)).toEqual({ type: "malformed", as: "blocked-by" });
  });

  it("reads a blocker", () => {
    expect(parseLabel("blocked-by:#12")).toEqual({ type: "blocked-by", issue: 12 });
  });

  it.each([
    ["estimated:16h", 960],
    ["estimated:30m", 30],
    ["estimated:1h30m", 90],
  ])("reads %j as %i minutes [W08]", (label, minutes) => {
    expect(parseLabel(label)).toEqual({ type: "estimate", minutes });
  });

  it.each([
    "estimated:",
    "estimated:0h",
    "estimated:-3h",
    "estimated:1d",
    "estimated:9999h",
    "estimate:2h",
    "estimated: 2h",
  ])("names %j as a malformed estimate", (label) => {
    expect(parseLabel(label)).toEqual({ type: "malformed", as: "estimate" });
  });

  it.each([
    ["state:running", "running"],
    ["state:implementing", "running"],
    ["state:analyzing", "queued"],
    ["state:done", "completed"],
    ["state:paused", "blocked"],
    ["🏗️ state:implementing", "running"],
  ])("reads %j as the state %s [C11]", (label, state) => {
    expect(parseLabel(label)).toEqual({ type: "state", state });
  });

  it.each(["state:unknown", "mystate:running", "state:constructor", "state: running"])(
    "sees no state in %j",
    (label) => {
      expect(parseLabel(label)).toBeUndefined();
    },
  );

  it.each([
    ["bug", "bug"],
    ["type:refactor", "refactor"],
    ["✨ type:feature", "feature"],
  ])("reads %j as work of the kind %s", (label, name) => {
    expect(parseLabel(label)).toEqual({ type: "kind", name });
  });

  it("reads a hotfix by its exact name only [E28]", () => {
    expect(parseLabel("hotfix")).toEqual({ type: "hotfix" });
    expect(parseLabel("no-hotfix")).toBeUndefined();
  });

  it("never throws and never finds a number out of range, whatever a label holds", () => {
    fc.assert(
      fc.property(anyNearLabel, (label) => {
        const meaning = parseLabel(label);
        const number = meaning?.type === "blocked-by" ? meaning.issue : 1;
        expect(Number.isSafeInteger(number) && number > 0).toBe(true);
      }),
    );
  });
});
