import { afterEach, describe, expect, it } from "vitest";

import { dispatched, EngineWorld, REPOSITORY } from "./engine-world.ts";

let world: EngineWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

const WORKFLOW = dispatched(`
  plan:
    runs-on: ubuntu-latest
    outputs: { word: "\${{ steps.say.outputs.word }}" }
    steps:
      - id: say
        run: |
          echo "=plan $GITHUB_RUN_ATTEMPT"
          echo "word=planned-$GITHUB_RUN_ATTEMPT" >> "$GITHUB_OUTPUT"
  other:
    runs-on: ubuntu-latest
    steps:
      - run: echo "=other $GITHUB_RUN_ATTEMPT"
  leg:
    needs: plan
    name: i\${{ matrix.issue }}
    strategy: { matrix: { issue: [4, 5] }, fail-fast: false }
    uses: ./.github/workflows/leg.yml
    with: { issue: "\${{ matrix.issue }}", word: "\${{ needs.plan.outputs.word }}" }
  settle:
    needs: [plan, leg]
    if: always() && needs.leg.result != 'success'
    runs-on: ubuntu-latest
    steps:
      - run: echo "=settle $GITHUB_RUN_ATTEMPT"
`);

const LEG = `
on:
  workflow_call:
    inputs:
      issue: { type: number, required: true }
      word: { type: string, required: true }
jobs:
  session:
    name: session
    runs-on: ubuntu-latest
    outputs: { digest: "\${{ steps.work.outputs.digest }}" }
    steps:
      - id: work
        run: |
          echo "=session \${{ inputs.issue }} $GITHUB_RUN_ATTEMPT"
          echo "digest=d\${{ inputs.issue }}-$GITHUB_RUN_ATTEMPT" >> "$GITHUB_OUTPUT"
          echo work > work.txt
      - uses: actions/upload-artifact@v7
        with: { name: "work-\${{ inputs.issue }}", path: work.txt }
  finalize:
    name: finalize
    needs: session
    if: always() && needs.session.result != 'skipped'
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v8
        with: { name: "work-\${{ inputs.issue }}", path: taken }
      - run: |
          echo "=finalize \${{ inputs.issue }} $GITHUB_RUN_ATTEMPT: \${{ inputs.word }} \${{ needs.session.outputs.digest }} $(cat taken/work.txt) by $GITHUB_ACTOR and $GITHUB_TRIGGERING_ACTOR"
          test "$GITHUB_RUN_ATTEMPT" = 2 || test \${{ inputs.issue }} = 4
`;

describe("a job that is run again", () => {
  it("has the outputs and artifacts of the attempt before, and only what needs it runs with it [F10]", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": WORKFLOW,
      ".github/workflows/leg.yml": LEG,
    });
    const runId = await world.run("ci.yml");
    const first = world.said().toSorted();
    const before = world.conclusion(runId);

    world.github.rerun(REPOSITORY, runId, "leg[1]/finalize");
    await world.engine.whenIdle();

    expect(first).toContain("=settle 1");
    expect([before, world.conclusion(runId)]).toEqual(["failure", "success"]);
    expect(world.said().filter((line) => !first.includes(line))).toEqual([
      "=finalize 5 2: planned-1 d5-1 work by ann and bob",
    ]);
    expect(world.github.carried.toSorted()).toEqual(
      ["other", "plan", "leg[0]", "leg[1]/session"].map((key) => `${runId}: ${key}`).toSorted(),
    );
    expect(world.job("settle")?.conclusion).toBe("skipped");
  });

  it("takes what needs it along: the whole matrix and all that those legs call", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": WORKFLOW,
      ".github/workflows/leg.yml": LEG.replaceAll("work-", "${{ github.run_attempt }}-"),
    });
    const runId = await world.run("ci.yml");

    world.github.rerun(REPOSITORY, runId, "plan");
    await world.engine.whenIdle();

    const second = world.said().filter((line) => / 2(:|$)/.test(line));
    expect(second.toSorted()).toEqual([
      "=finalize 4 2: planned-2 d4-2 work by ann and bob",
      "=finalize 5 2: planned-2 d5-2 work by ann and bob",
      "=plan 2",
      "=session 4 2",
      "=session 5 2",
    ]);
    expect(world.github.carried).toEqual([`${runId}: other`]);
  });

  it("leaves the other leg a turn of its own: what needs both runs until both succeeded [F10]", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": WORKFLOW,
      ".github/workflows/leg.yml": LEG.replace(
        /test "\$GITHUB_RUN_ATTEMPT".*/,
        'test "$GITHUB_RUN_ATTEMPT" != 1',
      ),
    });
    const runId = await world.run("ci.yml");
    const settled: (string | undefined)[] = [];

    for (const leg of ["leg[0]", "leg[1]"]) {
      world.github.rerun(REPOSITORY, runId, `${leg}/finalize`);
      await world.engine.whenIdle();
      settled.push(world.conclusion(runId));
    }

    expect(settled).toEqual(["failure", "success"]);
    expect(world.said().filter((line) => / [23](:|$)/.test(line))).toEqual([
      "=finalize 4 2: planned-1 d4-1 work by ann and bob",
      "=settle 2",
      "=finalize 5 3: planned-1 d5-1 work by ann and bob",
    ]);
  });

  it("can be run again once more: what the second attempt took over is still there", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": WORKFLOW,
      ".github/workflows/leg.yml": LEG.replace("= 2 ||", "-ge 3 ||"),
    });
    const runId = await world.run("ci.yml");

    for (let attempt = 2; attempt <= 3; attempt += 1) {
      world.github.rerun(REPOSITORY, runId, "leg[1]/finalize");
      await world.engine.whenIdle();
    }

    expect(world.said().filter((line) => line.startsWith("=finalize 5"))).toEqual([
      "=finalize 5 1: planned-1 d5-1 work by ann and ann",
      "=finalize 5 2: planned-1 d5-1 work by ann and bob",
      "=finalize 5 3: planned-1 d5-1 work by ann and bob",
    ]);
    expect(world.conclusion(runId)).toBe("success");
  });
});
