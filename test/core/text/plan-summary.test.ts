import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { planTick } from "../../../src/core/plan/plan.ts";
import { formatPlanSummary, MAX_SUMMARY_BYTES } from "../../../src/core/text/plan-summary.ts";
import { anyBigPlan, anyQuotingPlan, aRow, aTick } from "../../arbitraries/plan-view.ts";
import { anIssue, aPlanInput, CONFIGURATION, labelled } from "../../arbitraries/plan.ts";

const anyPlan = fc.oneof(anyQuotingPlan, anyBigPlan);

/** Cells of a table row: bars that end a cell are not escaped. */
const cellsOf = (line: string): readonly string[] => line.split(/(?<!\\)\|/u).slice(1, -1);

const issueRowsOf = (summary: string): readonly string[] =>
  summary.split("\n").filter((line) => line.startsWith("| [#"));

describe("formatPlanSummary", () => {
  it("explains a small backlog [N27]", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("P3-Low", "estimated:1h") }),
      anIssue({ number: 2, labels: labelled("P0-Critical", "blocked-by:#1") }),
      anIssue({ number: 3, labels: labelled("blocked-by:#4") }),
      anIssue({ number: 4, labels: labelled("blocked-by:#3", "estimated:soon") }),
      anIssue({ number: 5, labels: labelled("P1-High", "hotfix"), body: "Blocked by #x|y" }),
    ];

    const summary = formatPlanSummary(aTick(planTick(aPlanInput({ issues }))));

    expect(summary).toMatchInlineSnapshot(`
      "## Backlog: 5 issues, 1 ready, 0 running

      1 would start now; 0 labels, comments or pull requests are out of step.

      ### Cycles

      None of these issues can start, nor what waits for them, before someone removes a dependency.

      - #3, #4 wait for each other.

      ### Dependencies

      \`\`\`mermaid
      %%{init: {"flowchart": {"nodeSpacing": 18, "rankSpacing": 40, "padding": 8}}}%%
      flowchart LR
      i1["#1 ready"]:::ready
      i2["#2 blocked"]:::blocked
      i3["#3 blocked"]:::blocked
      i4["#4 blocked"]:::blocked
      i1 ==> i2
      i3 --> i4
      i4 --> i3
      linkStyle 1,2 stroke:#cf222e,stroke-width:2px
      classDef blocked fill:#fff8c5,stroke:#9a6700,color:#1f2328
      classDef ready fill:#aceebb,stroke:#116329,color:#1f2328
      classDef critical stroke-width:4px,font-weight:bold
      class i1,i2 critical
      classDef ring stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 3
      class i3,i4 ring
      \`\`\`

      An arrow leads from what comes first to what waits for it. Thick: the critical path. Dashed red: a cycle. Issues without dependencies are in the table only.

      Critical path: #1 → #2, 1h30m of work.

      ### Issues

      | Issue | State | Priority | Score | Blocked by | Estimate | Remaining | Reason |
      | ---: | --- | --- | --- | --- | --- | --- | --- |
      | [#1](https://github.com/octo/spider/issues/1) | ready | P0 (from #2, own P3) | 620 = 500+100+20+0 |  | 1h (label) | 1h30m | Starts now on mac-1/1. |
      | [#2](https://github.com/octo/spider/issues/2) | blocked | P0 | 633 = 500+133+0+0 | #1 | 30m (default) | 30m | Waits for #1. |
      | [#5](https://github.com/octo/spider/issues/5) | blocked | P1 (hotfix) | 508 = 375+133+0+0 |  | 30m (default) | 30m | A dependency cannot be checked: \`#x\` in line 1 is no issue number such as \`#12\`. |
      | [#3](https://github.com/octo/spider/issues/3) | blocked | P2 | 403 = 250+133+20+0 | #4 | 30m (default) | 30m | It waits for itself through the cycle of #3 and #4; remove one of these dependencies. |
      | [#4](https://github.com/octo/spider/issues/4) | blocked | P2 | 403 = 250+133+20+0 | #3 | 30m (default) | 30m | It waits for itself through the cycle of #3 and #4; remove one of these dependencies. |

      Score = class + short work + dependents + age. Remaining = its own work and the longest chain that waits for it.

      ### Warnings

      - #4: The label \`estimated:soon\` is no estimate such as \`estimated:2h\` or \`estimated:30m\`.
      "
    `);
  });

  it("says so when there is nothing to plan", () => {
    const summary = formatPlanSummary(aTick(planTick(aPlanInput({ issues: [] }))));

    expect(summary).toBe(
      "## Backlog: 0 issues, 0 ready, 0 running\n\nNo open issue carries the trigger label.\n",
    );
  });

  it("says that a tick below the floor of the API only reads [F34]", () => {
    const tick = aTick(planTick(aPlanInput({ issues: [] })));

    const summary = formatPlanSummary({
      ...tick,
      apiRemaining: 149,
      configuration: CONFIGURATION,
    });

    expect(summary).toContain("Only 149 API requests are left");
    expect(
      formatPlanSummary({ ...tick, apiRemaining: 150, configuration: CONFIGURATION }),
    ).not.toContain("API requests");
  });

  it("puts the edges into a table where GitHub draws no graph", () => {
    const issues = Array.from({ length: 500 }, (_, index) =>
      anIssue({ number: index + 1, labels: labelled(`blocked-by:#${Math.max(index, 1)}`) }),
    ).with(0, anIssue({ number: 1 }));

    const summary = formatPlanSummary(aTick(planTick(aPlanInput({ issues }))));

    expect(summary).not.toContain("```");
    expect(summary).toContain("GitHub does not draw graphs of 499 arrows");
    expect(summary).toContain("\n| #2 | #1 (label) |\n| #3 | #2 (label) |\n");
  });

  it("ends before GitHub's limit and says what is missing", () => {
    const plan = planTick(aPlanInput({ issues: [anIssue({ number: 1 })] }));
    const detail = "\u{1F578}".repeat(140);
    const rows = Array.from({ length: 3_000 }, (_, index) =>
      aRow({ issue: index + 1, reason: { type: "failed", detail } }),
    );
    const warnings = rows.map(({ issue }) => ({
      issue,
      warning: { type: "malformed-estimate", label: detail } as const,
    }));

    const summary = formatPlanSummary(aTick({ ...plan, rows, warnings }));

    const bytes = Buffer.byteLength(summary);
    expect(bytes).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(bytes).toBeGreaterThan(MAX_SUMMARY_BYTES - 2_000);
    const shown = issueRowsOf(summary).length;
    expect(summary).toContain(`**… and ${3_000 - shown} more issues: this summary is cut`);
    expect(summary).toMatch(/… and \d+ more warnings\.\n$/u);
  });
});

describe("formatPlanSummary, for any plan", () => {
  it("has one row of eight cells for every issue, whatever texts it quotes", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const rows = issueRowsOf(formatPlanSummary(aTick(plan)));

        expect(rows.map((row) => Number(/#(\d+)/u.exec(row)?.[1]))).toEqual(
          plan.rows.map(({ issue }) => issue),
        );
        const broken = rows.filter((row) => {
          const cells = cellsOf(row);
          return cells.length !== 8 || cells[7]?.trim() === "";
        });
        expect(broken).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("lets no quoted text begin a line, a tag, a fence, a link or a mention", () => {
    fc.assert(
      fc.property(anyQuotingPlan, (plan) => {
        const lines = formatPlanSummary(aTick(plan)).split("\n");

        const fences = lines.filter((line) => /^\s*(?:```|~~~)/u.test(line));
        expect(fences).toEqual(fences.length === 0 ? [] : ["```mermaid", "```"]);
        const quoting = lines.filter((line) => line.startsWith("| [#") || line.startsWith("- #"));
        for (const line of quoting) {
          const plain = line
            .replace(/^\| \[#\d+\]\([^)]*\)/u, "")
            .replaceAll(/`[^`]*`/gu, "")
            .replaceAll(/\\./gu, "");
          expect(plain).not.toMatch(/[<>[\]`*_]|@(?=[A-Za-z0-9])/u);
          expect(line).not.toMatch(/(?![\u200B\u2060])[\p{C}\u2028\u2029]/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("stays below the limit", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(Buffer.byteLength(formatPlanSummary(aTick(plan)))).toBeLessThanOrEqual(
          MAX_SUMMARY_BYTES,
        );
      }),
      { numRuns: 100 },
    );
  });
});
