import { afterEach, describe, expect, it } from "vitest";

import { dispatched, EngineWorld, REPOSITORY } from "./engine-world.ts";

let world: EngineWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function open(workflow: string): Promise<EngineWorld> {
  world = await EngineWorld.open({ ".github/workflows/ci.yml": workflow });
  return world;
}

function aJob(id: string, lines: string, script = "true"): string {
  const body = lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => `    ${line}\n`)
    .join("");
  return `  ${id}:\n    runs-on: ubuntu-latest\n${body}    steps: [{ run: '${script}' }]\n`;
}

describe("job conditions", () => {
  it("look at all ancestors: a skipped one makes success() false further down", async () => {
    const { job } = await runAndAsk(
      aJob("a", "if: false") +
        aJob("b", "needs: a\nif: '!cancelled()'") +
        aJob("c", "needs: b") +
        aJob("d", "needs: b\nif: \"!cancelled() && needs.b.result == 'success'\"") +
        aJob("e", "needs: d\nif: failure()"),
    );

    expect(["a", "b", "c", "d", "e"].map((id) => job(id))).toEqual([
      "skipped",
      "success",
      "skipped",
      "success",
      "skipped",
    ]);
  });

  it("see a failure two jobs above", async () => {
    const { job, conclusion } = await runAndAsk(
      aJob("a", "", "exit 1") +
        aJob("b", "needs: a") +
        aJob("c", "needs: b\nif: failure()") +
        aJob("d", "needs: b\nif: always()"),
    );

    expect(["a", "b", "c", "d"].map((id) => job(id))).toEqual([
      "failure",
      "skipped",
      "success",
      "success",
    ]);
    expect(conclusion).toBe("failure");
  });

  it("fail the job that cannot evaluate its own", async () => {
    const { job, messages } = await runAndAsk(aJob("a", "if: fromJSON('{') == 1"));

    expect(job("a")).toBe("failure");
    expect(messages.join()).toContain("fromJSON('{')");
  });

  it("let a tolerated failure pass for the rest of the run", async () => {
    const { job, conclusion } = await runAndAsk(
      aJob("a", "continue-on-error: true", "exit 1") + aJob("b", "needs: a"),
    );

    expect([job("a"), job("b"), conclusion]).toEqual(["failure", "success", "success"]);
  });
});

describe("a matrix", () => {
  it("without a leg fails the run", async () => {
    const { job, messages } = await runAndAsk(
      aJob("a", "strategy: { matrix: { x: \"${{ fromJSON('[]') }}\" } }"),
    );

    expect(job("a")).toBe("failure");
    expect(messages).toEqual(["a: Matrix vector 'x' does not contain any values"]);
  });

  it("is not asked for when the job's condition is false", async () => {
    const { job } = await runAndAsk(
      aJob("a", "if: false\nstrategy: { matrix: { x: \"${{ fromJSON('[]') }}\" } }"),
    );

    expect(job("a")).toBe("skipped");
  });

  it("names its legs by their values and lets the last one win an output", async () => {
    const { world: opened, job } = await runAndAsk(`
  a:
    runs-on: ubuntu-latest
    strategy: { max-parallel: 1, matrix: { x: [1, 2] } }
    outputs: { x: "\${{ steps.s.outputs.x }}" }
    steps:
      - { id: s, run: 'echo "x=\${{ matrix.x }}" >> "$GITHUB_OUTPUT"' }
  b:
    needs: a
    runs-on: ubuntu-latest
    steps:
      - run: echo "=\${{ needs.a.outputs.x }}"
`);

    expect([job("a (1)"), job("a (2)")]).toEqual(["success", "success"]);
    expect(opened.said()).toEqual(["=2"]);
  });

  it.each([
    ["cancels its other legs after a failure", "", "cancelled"],
    ["lets its other legs go on when fail-fast is off", "fail-fast: false, ", "success"],
  ])("%s", async (_, failFast, expected) => {
    const { job } = await runAndAsk(
      aJob(
        "a",
        `strategy: { ${failFast}max-parallel: 1, matrix: { code: [1, 0] } }`,
        "exit ${{ matrix.code }}",
      ),
    );

    expect([job("a (1)"), job("a (0)")]).toEqual(["failure", expected]);
  });
});

describe("concurrency groups", () => {
  it.each([
    [
      "drop the run that waits for a newer one",
      "{ group: g }",
      ["success", "cancelled", "success"],
    ],
    ["keep all runs with queue max", "{ group: g, queue: max }", ["success", "success", "success"]],
    [
      "cancel the one in progress when asked to",
      "{ group: g, cancel-in-progress: true }",
      ["cancelled", "cancelled", "success"],
    ],
  ])("%s", async (_, concurrency, expected) => {
    const opened = await open(
      dispatched(aJob("a", "", "sleep 0.3"), `concurrency: ${concurrency}\n`),
    );
    const first = opened.dispatch("ci.yml");
    await opened.until((event) => event.type === "job-started");

    const runs = [first, opened.dispatch("ci.yml"), opened.dispatch("ci.yml")];
    await opened.engine.whenIdle();

    expect(runs.map((run) => opened.conclusion(run))).toEqual(expected);
  });

  it("of a job leave runs alone whose condition is false", async () => {
    const opened = await open(
      dispatched(aJob("a", "concurrency: g\nif: inputs.go == 'yes'", "sleep 0.3")).replace(
        "on: workflow_dispatch",
        "on: { workflow_dispatch: { inputs: { go: { type: string } } } }",
      ),
    );
    const runs = [opened.dispatch("ci.yml", { go: "yes" })];
    await opened.until((event) => event.type === "job-started");

    runs.push(opened.dispatch("ci.yml", { go: "yes" }), opened.dispatch("ci.yml", { go: "no" }));
    await opened.engine.whenIdle();

    expect(runs.map((run) => opened.conclusion(run))).toEqual(["success", "success", "skipped"]);
  });

  it("that caller and callee share end the call", async () => {
    const called = aJob("b", "concurrency: { group: same, queue: max }");
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(
        "  a: { concurrency: Same, uses: $/.github/workflows/lib.yml }\n",
      ),
      ".github/workflows/lib.yml": `on: workflow_call\njobs:\n${called}`,
    });

    const runId = await world.run("ci.yml");

    expect(world.conclusion(runId)).toBe("failure");
    expect(world.messages().join()).toContain("deadlock for concurrency group 'same'");
  });
});

function anEvent(name: string, action?: string): Parameters<EngineWorld["github"]["emit"]>[0] {
  return {
    name,
    ...(action === undefined ? {} : { action }),
    repository: REPOSITORY,
    actor: { login: "ann", id: 7 },
    payload: { action, issue: { number: 12 } },
    ref: "refs/heads/main",
    sha: "0".repeat(40),
  };
}

/** A workflow that says which event started it. */
function echoing(on: string): string {
  const event =
    "${{ github.event_name }} ${{ github.event.action }} ${{ github.event.issue.number }} ${{ github.actor_id }}";
  return `on: ${on}\njobs:\n${aJob("a", "", `echo "=${event}"`)}`;
}

describe("triggers", () => {
  it("start the workflows that name the event and its activity type", async () => {
    world = await EngineWorld.open({
      ".github/workflows/a.yml": echoing("{ issues: { types: [labeled] } }"),
      ".github/workflows/b.yml": echoing("[schedule, issue_comment]"),
      ".github/workflows/c.yml": echoing("{ push: { branches: [main] } }"),
      ".github/workflows/d.yml": echoing("{ pull_request: }"),
    });

    world.github.emit(anEvent("issues", "opened"));
    world.github.emit(anEvent("issues", "labeled"));
    world.github.emit(anEvent("issue_comment", "created"));
    world.github.emit(anEvent("pull_request", "labeled"));
    world.github.emit(anEvent("schedule"));
    await world.engine.whenIdle();

    expect(world.said().toSorted()).toEqual([
      "=issue_comment created 12 7",
      "=issues labeled 12 7",
      "=schedule  12 7",
    ]);
  });

  it("hand over dispatched inputs, typed and with defaults", async () => {
    const script =
      'echo "=${{ inputs.dry == true }} ${{ inputs.count + 0 == 3 }} ${{ inputs.word }}"';
    const on =
      "{ workflow_dispatch: { inputs: { dry: { type: boolean }, word: { default: hi } } } }";
    const opened = await open(
      `on: ${on}\njobs:\n${aJob("a", "", script.replace(" ${{ inputs.count + 0 == 3 }}", ""))}`,
    );

    await opened.run("ci.yml", { dry: "true" });

    expect(opened.said()).toEqual(["=true hi"]);
  });
});

describe("what is not emulated", () => {
  it.each([
    [
      "container",
      "    container: node:24\n",
      "ci.yml, job 'a': the key 'container' is not emulated",
    ],
    ["services", "    services: { db: { image: x } }\n", "the key 'services' is not emulated"],
    ["environment", "    environment: production\n", "the key 'environment' is not emulated"],
  ])("is refused with file, job and key: %s", async (_, lines, message) => {
    const opened = await open(dispatched(aJob("a", "").replace("    steps", `${lines}    steps`)));

    const runId = await opened.run("ci.yml");

    expect(opened.conclusion(runId)).toBe("startup_failure");
    expect(opened.messages().join()).toContain(message);
  });

  it("accepts cache-mode, which the published schema does not know yet", async () => {
    const { job } = await runAndAsk(aJob("a", "cache-mode: none"));

    expect(job("a")).toBe("success");
  });

  it.each([
    [
      "a docker action",
      "runs: { using: docker, image: x }",
      "'runs.using' with 'docker' is not emulated",
    ],
    [
      "an action's unknown key",
      "x: y\nruns: { using: node24, main: m }",
      "the key 'x' is not emulated",
    ],
  ])("fails the job that uses %s", async (_, action, message) => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(
        "  a: { runs-on: ubuntu-latest, steps: [{ uses: $/act }] }\n",
      ),
      "act/action.yml": action,
    });

    await world.run("ci.yml");

    expect(world.job("a")?.conclusion).toBe("failure");
    expect(world.messages().join()).toContain(message);
  });

  it("refuses what GitHub's own schema refuses", async () => {
    const opened = await open(dispatched(aJob("a", "timeout-minutes: ${{ secrets.x }}")));

    const runId = await opened.run("ci.yml");

    expect(opened.conclusion(runId)).toBe("startup_failure");
    expect(opened.messages().join()).toContain("Unrecognized named-value: 'secrets'");
  });
});

async function runAndAsk(jobs: string): Promise<{
  readonly world: EngineWorld;
  readonly job: (name: string) => string | undefined;
  readonly conclusion: string | undefined;
  readonly messages: readonly string[];
}> {
  const opened = await open(dispatched(jobs));
  const runId = await opened.run("ci.yml");
  return {
    world: opened,
    job: (name) => opened.job(name)?.conclusion,
    conclusion: opened.conclusion(runId),
    messages: opened.messages(),
  };
}
