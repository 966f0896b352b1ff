import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LabelReader } from "../../../src/core/text/label-reading.ts";
import { formatLabel } from "../../../src/core/text/labels.ts";
import { anyMeaning, anyNearLabel } from "../../arbitraries/labels.ts";
import { TRIGGER } from "../../arbitraries/plan.ts";

const read = (labels: readonly string[]): ReturnType<LabelReader["read"]> =>
  new LabelReader(TRIGGER).read(labels);

describe("LabelReader", () => {
  it("takes the highest of several priorities and says that there were several [W06]", () => {
    expect(read(["P3-Low", "P1-High", "priority:P2"])).toMatchObject({
      priority: 1,
      hasSeveralPriorities: true,
    });
    expect(read(["P1-High", "priority:P1"])).toMatchObject({ hasSeveralPriorities: false });
  });

  it("takes the longest of several estimates", () => {
    expect(read(["estimated:30m", "estimated:2h"])).toMatchObject({
      estimateMinutes: 120,
      hasSeveralEstimates: true,
    });
  });

  it("lists blockers once and in order", () => {
    const { blockedBy } = read(["blocked-by:#9", "blocked-by:#3", "blocked-by:#9"]);

    expect(blockedBy).toEqual([3, 9]);
  });

  it.each([
    [TRIGGER, true],
    ["Trigger:Agent-Execute", true],
    ["trigger:agent-execute-later", false],
    ["my trigger:agent-execute", false],
  ])("takes %j for the trigger label: %s [W04, C13]", (label, isTriggered) => {
    expect(read([label]).isTriggered).toBe(isTriggered);
  });

  it("does not depend on the order of the labels", () => {
    const anyLabels = fc.array(fc.oneof(anyMeaning.map(formatLabel), anyNearLabel));
    fc.assert(
      fc.property(anyLabels, (labels) => {
        expect(read(labels.toReversed())).toEqual(read(labels));
      }),
    );
  });

  it("reads 5,000 labels on one issue", () => {
    const labels = Array.from({ length: 5_000 }, (_, index) => `blocked-by:#${index + 1}`);

    expect(read(labels).blockedBy).toHaveLength(5_000);
  });
});
