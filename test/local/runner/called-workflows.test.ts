import { afterEach, describe, expect, it } from "vitest";

import { EngineWorld } from "./engine-world.ts";

let world: EngineWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

const CALLER = `
name: spider
on:
  issues:
    types: [labeled]
  workflow_dispatch:
    inputs:
      command: { type: string, default: "" }
permissions: {}
jobs:
  water-spider:
    permissions:
      contents: write
      issues: read
    uses: acme/spider/.github/workflows/orchestrate.yml@v1
    with:
      command: \${{ inputs.command }}
    secrets:
      credential: \${{ secrets.CREDENTIAL }}
`;

const ORCHESTRATE = `
name: orchestrate
on:
  workflow_call:
    inputs:
      command: { type: string, default: "" }
      control-runs-on: { type: string, default: ubuntu-latest }
    secrets:
      credential: { required: true }
  workflow_dispatch:
permissions: {}
jobs:
  command:
    if: inputs.command != ''
    runs-on: \${{ inputs.control-runs-on }}
    steps:
      - run: echo "=command"
  plan:
    needs: command
    if: "!cancelled()"
    runs-on: \${{ inputs.control-runs-on }}
    permissions:
      contents: write
    concurrency: { group: spider-plan }
    outputs:
      matrix: \${{ steps.collect.outputs.matrix }}
      count: \${{ steps.collect.outputs.count }}
    steps:
      - id: collect
        uses: $/actions/collect
        with: { legs: 7 }
  session:
    needs: plan
    if: "!cancelled() && needs.plan.result == 'success' && needs.plan.outputs.count != '0'"
    strategy:
      matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}
      max-parallel: 5
      fail-fast: false
    name: i\${{ matrix.issue }}
    permissions: { contents: write, issues: read }
    uses: $/.github/workflows/session.yml
    with:
      issue: \${{ matrix.issue }}
      runs-on: '["self-hosted", "spider"]'
    secrets:
      credential: \${{ secrets.credential }}
  settle:
    needs: [plan, session]
    if: always()
    runs-on: \${{ inputs.control-runs-on }}
    steps:
      - run: echo "=settle \${{ needs.session.result }}"
`;

const SESSION = `
name: session
on:
  workflow_call:
    inputs:
      issue: { type: number, required: true }
      runs-on: { type: string, default: '"self-hosted"' }
      control-runs-on: { type: string, default: ubuntu-latest }
    secrets:
      credential: {}
    outputs:
      outcome:
        value: \${{ jobs.session.outputs.outcome }}
permissions: {}
jobs:
  session:
    runs-on: \${{ fromJSON(inputs.runs-on) }}
    permissions: { contents: read, issues: read }
    timeout-minutes: 30
    concurrency: { group: "issue-\${{ inputs.issue }}", queue: max }
    outputs:
      outcome: \${{ steps.work.outputs.outcome }}
      leaked: \${{ steps.work.outputs.leaked }}
    steps:
      - id: work
        env: { CREDENTIAL: "\${{ secrets.credential }}" }
        run: |
          echo "outcome=done-\${{ inputs.issue }}" >> "$GITHUB_OUTPUT"
          echo "leaked=$CREDENTIAL" >> "$GITHUB_OUTPUT"
          echo "=session \${{ inputs.issue }} with $CREDENTIAL on $RUNNER_OS"
          mkdir -p out && echo "result \${{ inputs.issue }}" > out/result.json
          \${{ inputs.issue == 3 && 'exit 3' || 'true' }}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: session-\${{ inputs.issue }}
          path: out
  finalize:
    needs: session
    if: always() && needs.session.result != 'skipped'
    runs-on: \${{ inputs.control-runs-on }}
    permissions: { contents: write }
    steps:
      - uses: actions/download-artifact@v4
        with:
          name: session-\${{ inputs.issue }}
          path: \${{ runner.temp }}/artifact
      - run: echo "=finalize $(cat "$RUNNER_TEMP/artifact/result.json") \${{ needs.session.result }} [\${{ needs.session.outputs.outcome }}] [\${{ needs.session.outputs.leaked }}]"
`;

const COLLECT = `
name: collect
inputs:
  legs: { required: true }
  github-token: { default: "\${{ github.token }}" }
runs:
  using: node24
  main: dist/main.mjs
`;

const COLLECT_MAIN = `
import { appendFileSync } from "node:fs";
const legs = Array.from({ length: Number(process.env.INPUT_LEGS) }, (_, i) => ({ issue: i + 1 }));
appendFileSync(process.env.GITHUB_OUTPUT, "matrix=" + JSON.stringify({ include: legs }) + "\\n");
appendFileSync(process.env.GITHUB_OUTPUT, "count=" + legs.length + "\\n");
console.log("=collect token " + (process.env["INPUT_GITHUB-TOKEN"] ? "given" : "missing"));
`;

const SPIDER = {
  ".github/workflows/orchestrate.yml": ORCHESTRATE,
  ".github/workflows/session.yml": SESSION,
  "actions/collect/action.yml": COLLECT,
  "actions/collect/dist/main.mjs": COLLECT_MAIN,
};

async function openSpider(): Promise<EngineWorld> {
  const runners = [1, 2, 3, 4, 5, 6].map((slot) => ({
    name: `mac-${slot}`,
    labels: ["self-hosted", "macOS", "spider"],
    environment: {},
  }));
  return EngineWorld.open(
    { ".github/workflows/spider.yml": CALLER },
    { runners, secrets: { CREDENTIAL: "hunter2hunter2" } },
    { "acme/spider": SPIDER },
  );
}

describe("called workflows", () => {
  it("runs a matrix of 7 two levels deep, five at a time, past a failing leg", async () => {
    world = await openSpider();
    let running = 0;
    let most = 0;
    world.engine.events.on((event) => {
      if (event.type === "job-started" && event.name.endsWith(" / session")) {
        running += 1;
        most = Math.max(most, running);
      } else if (event.type === "job-finished" && event.name.endsWith(" / session")) {
        running -= 1;
      }
    });

    const runId = await world.run("spider.yml");

    expect(world.conclusion(runId)).toBe("failure");
    expect(most).toBe(5);
    expect(world.said().toSorted()).toEqual(
      [
        "=collect token given",
        ...[1, 2, 3, 4, 5, 6, 7].flatMap((issue) => [
          `=session ${issue} with *** on macOS`,
          `=finalize result ${issue} ${issue === 3 ? "failure" : "success"} [done-${issue}] []`,
        ]),
        "=settle failure",
      ].toSorted(),
    );
  });

  it("names jobs as GitHub shows them and lists them only once their caller's leg starts", async () => {
    world = await openSpider();

    await world.run("spider.yml");

    expect(world.github.jobs.map(({ name, conclusion }) => `${name}: ${conclusion}`)).toEqual(
      expect.arrayContaining([
        "water-spider / command: skipped",
        "water-spider / plan: success",
        "water-spider / i3 / session: failure",
        "water-spider / i3 / finalize: success",
        "water-spider / i7 / finalize: success",
        "water-spider / settle: success",
      ]),
    );
    const names = world.github.jobs.map((job) => job.name);
    expect(names.indexOf("water-spider / i6 / session")).toBeGreaterThan(5);
    expect(world.job("water-spider / i7 / session")?.statuses).toEqual([
      "queued",
      "in_progress",
      "completed",
    ]);
  });

  it("drops a job output that holds a secret", async () => {
    world = await openSpider();

    await world.run("spider.yml");

    expect(world.messages()).toContain("Skip output 'leaked' since it may contain secret.");
    expect(await world.logOf("water-spider / i1 / session")).not.toContain("hunter2");
  });

  it("gives each job a token with what its own permissions say", async () => {
    world = await openSpider();

    await world.run("spider.yml", { command: "run" });

    const kinds = new Set(
      world.github.tokens.map(({ permissions }) => JSON.stringify(permissions)),
    );
    expect([...kinds].toSorted()).toEqual([
      '{"contents":"read","issues":"read"}',
      '{"contents":"write"}',
      "{}",
    ]);
  });

  it("starts nothing when a called job asks for more than its caller grants", async () => {
    const files = { ".github/workflows/spider.yml": CALLER.replace("issues: read", "") };
    world = await EngineWorld.open(files, {}, { "acme/spider": SPIDER });

    const runId = await world.run("spider.yml");

    expect(world.conclusion(runId)).toBe("startup_failure");
    expect(world.messages().join()).toContain("is requesting 'issues: read'");
    expect(world.github.jobs).toEqual([]);
  });

  it.each([
    ["an unknown input", "command: x", "comand: x", "Invalid input, comand is not defined"],
    ["a missing secret", "credential: x", "", "Secret credential is required"],
    ["an unknown ref", "@v1", "@v9", "Unable to resolve 'acme/lib@v9'"],
  ])("starts nothing with %s", async (_, from, to, message) => {
    const called = `
on:
  workflow_call:
    inputs: { command: { type: string } }
    secrets: { credential: { required: true } }
jobs: { one: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }
`;
    const caller = `
on: workflow_dispatch
jobs:
  call:
    uses: acme/lib/.github/workflows/lib.yml@v1
    with:
      command: x
    secrets:
      credential: x
`;
    const files = {
      ".github/workflows/ci.yml": caller.replace(from, to).replace("secrets:\n      \n", ""),
    };
    world = await EngineWorld.open(
      files,
      {},
      { "acme/lib": { ".github/workflows/lib.yml": called } },
    );

    const runId = await world.run("ci.yml");

    expect(world.conclusion(runId)).toBe("startup_failure");
    expect(world.messages().join()).toContain(message);
  });
});
