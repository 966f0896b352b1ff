import { readdirSync, readFileSync } from "node:fs";

import { afterEach, describe, expect, it } from "vitest";

import { dispatched, EngineWorld } from "./engine-world.ts";

let world: EngineWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** The processes of this machine whose environment carries the text. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(text);
      } catch {
        return false;
      }
    });
}

const NODE_ACTION = "runs: { using: node24, main: main.mjs, post: post.mjs }\n";

describe("cancelling a run", () => {
  it("sends SIGINT to the direct child, runs always() steps and posts, and cancels the rest", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(`
  work:
    runs-on: ubuntu-latest
    steps:
      - uses: $/act
      - run: echo "=not me"
      - run: echo "=always \${{ job.status }}"
        if: always()
  later:
    needs: work
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "=not later"' }]
  tidy:
    needs: work
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "=tidy \${{ needs.work.result }}"' }]
`),
      "act/action.yml": NODE_ACTION,
      "act/main.mjs": `
import { appendFileSync } from "node:fs";
process.on("SIGINT", () => { console.log("=interrupted"); process.exit(0); });
appendFileSync(process.env.GITHUB_STATE, "kept=yes\\n");
setInterval(() => {}, 1000);
console.log("=working");
`,
      "act/post.mjs": 'console.log("=post " + process.env.STATE_kept);',
    });
    const runId = world.dispatch("ci.yml");
    await world.untilLine("=working");

    world.engine.cancel(runId);
    await world.engine.whenIdle();

    expect(world.said()).toEqual([
      "=working",
      "=interrupted",
      "=always cancelled",
      "=post yes",
      "=tidy cancelled",
    ]);
    expect(["work", "later", "tidy"].map((name) => world?.job(name)?.conclusion)).toEqual([
      "cancelled",
      "skipped",
      "success",
    ]);
    expect(world.conclusion(runId)).toBe("cancelled");
  });

  it("climbs from SIGINT over SIGTERM to the kill of a child that ignores both", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(
        "  work: { runs-on: ubuntu-latest, steps: [{ uses: $/act }] }\n",
      ),
      "act/action.yml": NODE_ACTION,
      "act/main.mjs": `
process.on("SIGINT", () => console.log("=int"));
process.on("SIGTERM", () => console.log("=term"));
setInterval(() => {}, 1000);
console.log("=working");
`,
      "act/post.mjs": "",
    });
    const runId = world.dispatch("ci.yml");
    await world.untilLine("=working");

    world.engine.cancel(runId);
    await world.engine.whenIdle();

    expect(world.said()).toEqual(["=working", "=int", "=term"]);
    expect(world.job("work")?.conclusion).toBe("cancelled");
  });

  it("leaves a running step alone whose condition holds in a cancelled job", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(`
  work:
    runs-on: ubuntu-latest
    steps:
      - if: always()
        run: echo "=working"; sleep 0.3; echo "=done"
      - run: echo "=not me"
`),
    });
    const runId = world.dispatch("ci.yml");
    await world.untilLine("=working");

    world.engine.cancel(runId);
    await world.engine.whenIdle();

    expect(world.said()).toEqual(["=working", "=done"]);
    expect(world.job("work")?.conclusion).toBe("cancelled");
  });

  it("ends jobs that wait for a runner, on the event as by the call", async () => {
    const steps = "steps: [{ run: 'echo \"=working\"; sleep 30' }]";
    world = await EngineWorld.open(
      {
        ".github/workflows/ci.yml": dispatched(
          `  one: { runs-on: ubuntu-latest, ${steps} }\n  two: { runs-on: ubuntu-latest, ${steps} }\n`,
        ),
      },
      { hostedRunners: 1 },
    );
    const runId = world.dispatch("ci.yml");
    await world.untilLine("=working");

    world.github.emit({ name: "cancel", repository: "ann/app", runId });
    await world.engine.whenIdle();

    expect(world.said()).toEqual(["=working"]);
    expect(world.github.jobs.map((job) => job.conclusion)).toEqual(["cancelled", "cancelled"]);
  });

  it("reaches jobs of called workflows, whose always() jobs still run", async () => {
    const called = `
on: workflow_call
jobs:
  session:
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "=working"; exec sleep 30' }]
  finalize:
    needs: session
    if: always() && needs.session.result != 'skipped'
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "=finalize \${{ needs.session.result }}"' }]
`;
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(
        "  leg: { strategy: { matrix: { x: [1] } }, uses: $/.github/workflows/lib.yml }\n",
      ),
      ".github/workflows/lib.yml": called,
    });
    const runId = world.dispatch("ci.yml");
    await world.untilLine("=working");

    world.engine.cancel(runId);
    await world.engine.whenIdle();

    expect(world.said()).toEqual(["=working", "=finalize cancelled"]);
    expect(world.conclusion(runId)).toBe("cancelled");
  });
});

describe("processes that outlive their step", () => {
  const DAEMON = `(setsid sleep 60 >/dev/null 2>&1 &) ; echo "=$RUNNER_TRACKING_ID"`;

  it("are killed at the end of their job", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(
        `  work:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${DAEMON}\n`,
      ),
    });

    await world.run("ci.yml");

    const [trackingId = "=none"] = world.said();
    expect(trackingId).toMatch(/^=github_/);
    expect(processesWith(trackingId.slice(1))).toEqual([]);
    expect(world.lines().join()).toContain("Terminate orphan process");
  });

  it("are killed at the end of a job whose step was killed itself, which nothing of it can notice", async () => {
    world = await EngineWorld.open({
      ".github/workflows/ci.yml": dispatched(
        `  work:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          trap 'echo =trapped' INT TERM EXIT\n          ${DAEMON}\n          sleep 60 & wait\n      - if: always()\n        run: echo =after\n`,
      ),
    });
    const runId = world.dispatch("ci.yml");
    const started = await world.until((event) => event.type === "job-started");
    await world.until((event) => event.type === "log" && event.line.startsWith("=github_"));

    world.engine.killStep(started.type === "job-started" ? started.jobId : 0);
    await world.engine.whenIdle();

    const [trackingId = "=none", ...rest] = world.said();
    expect(rest).toEqual(["=after"]);
    expect(processesWith(trackingId.slice(1))).toEqual([]);
    expect(world.messages()).toContain("Process completed with exit code 137.");
    expect(world.conclusion(runId)).toBe("failure");
  });

  it("are killed by stop, which waits for nothing", async () => {
    world = await EngineWorld.open(
      {
        ".github/workflows/ci.yml": dispatched(
          `  work:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          trap '' INT TERM\n          ${DAEMON}\n          sleep 60\n`,
        ),
      },
      { grace: { interruptMs: 60_000, terminateMs: 60_000, drainMs: 60_000 } },
    );
    world.dispatch("ci.yml");
    await world.until((event) => event.type === "log" && event.line.startsWith("=github_"));

    await world.engine.stop();

    const [trackingId = "=none"] = world.said();
    expect(processesWith(trackingId.slice(1))).toEqual([]);
  });
});

describe("the pool of own runners", () => {
  it("keeps each runner's workspace, empties its temporary directory and adds its environment", async () => {
    const runner = { name: "mac-1", labels: ["self-hosted", "macOS"], environment: { MARK: "m1" } };
    world = await EngineWorld.open(
      {
        ".github/workflows/ci.yml": dispatched(`
  work:
    runs-on: [self-hosted, macOS]
    steps:
      - run: |
          echo "=$RUNNER_NAME $MARK $RUNNER_OS $RUNNER_ARCH $(ls "$RUNNER_TEMP" | grep -c kept) $(ls | wc -l | tr -d ' ')"
          touch kept "$RUNNER_TEMP/kept"
`),
      },
      { runners: [runner] },
    );

    await world.run("ci.yml");
    await world.run("ci.yml");

    expect(world.said()).toEqual(["=mac-1 m1 macOS ARM64 0 0", "=mac-1 m1 macOS ARM64 0 1"]);
  });
});
