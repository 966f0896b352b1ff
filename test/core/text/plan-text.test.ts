import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planTick } from "../../../src/core/plan/plan.ts";
import { formatPlanText } from "../../../src/core/text/plan-text.ts";
import { anyQuotingPlan } from "../../arbitraries/plan-view.ts";
import { aPlanInput } from "../../arbitraries/plan.ts";
import { hostileTexts } from "../../arbitraries/session.ts";

describe("formatPlanText", () => {
  it("says so when there is nothing to plan", () => {
    const plan = planTick(aPlanInput({ issues: [] }));

    expect(formatPlanText(plan, { titles: new Map(), malformed: [] })).toBe(
      "Backlog: 0 issues, 0 ready, 0 blocked\n\nThere is no open issue to plan.\n",
    );
  });

  it("has two lines for every issue and nothing invisible, whatever texts it quotes [N27]", () => {
    fc.assert(
      fc.property(anyQuotingPlan, hostileTexts, (plan, title) => {
        const titles = new Map(plan.rows.map(({ issue }) => [issue, title]));

        const text = formatPlanText(plan, { titles, malformed: [] });

        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{C}\u2028\u2029]/u);
        const table = text.split("\n\n")[1]?.split("\n").slice(1) ?? [];
        expect(table.map((line) => /^#\d+/u.exec(line)?.[0])).toEqual(
          plan.rows.flatMap(({ issue }) => [`#${issue}`, undefined]),
        );
      }),
    );
  });
});
