import { describe, expect, it, onTestFinished } from "vitest";

import { dispatched, EngineWorld } from "./engine-world.ts";
import { runSteps } from "./run-steps.ts";

describe("steps of a job", () => {
  it("hands outputs, variables and paths to later steps", async () => {
    const { said } = await runSteps(`
      - id: first
        run: |
          echo "a=1" >> "$GITHUB_OUTPUT"
          echo "B=2" >> "$GITHUB_ENV"
          mkdir -p bin && printf '#!/bin/sh\\necho "=tool"' > bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >> "$GITHUB_PATH"
          echo "=still [$B]"
      - run: |
          echo "=\${{ steps.first.outputs.a }} $B \${{ env.B }}"
          tool
`).then((opened) => ({ said: opened.said() }));

    expect(said).toEqual(["=still []", "=1 2 2", "=tool"]);
  });

  it("lets step beat GITHUB_ENV, that the job, that the workflow, and the runner beat all", async () => {
    const opened = await runSteps(
      `
      - run: echo "J=exported" >> "$GITHUB_ENV"
      - run: echo "=$W $LEVEL $J $S $GITHUB_JOB"
        env: { S: "step \${{ env.LEVEL }}", GITHUB_JOB: mine }
`,
      { job: "    env: { LEVEL: job, J: job, S: job }\n" },
    );

    expect(opened.said()).toEqual(["=w job exported step job one"]);
  });

  it("keeps the services of actions from scripts, and the machine's own variables from all", async () => {
    process.env["LEAKED_FROM_THE_MACHINE"] = "leak";

    const opened = await runSteps(
      `
      - run: echo "=\${ACTIONS_RUNTIME_TOKEN:-none} \${GITHUB_TOKEN:-none} \${LEAKED_FROM_THE_MACHINE:-none} $CI $GITHUB_ACTIONS"
      - uses: $/act
`,
      {
        files: {
          "act/action.yml": "runs: { using: node24, main: main.mjs }\n",
          "act/main.mjs": `
const payload = process.env.ACTIONS_RUNTIME_TOKEN.split(".")[1];
console.log("=" + JSON.parse(Buffer.from(payload, "base64url")).scp.split(":")[0]);
`,
        },
      },
    );
    delete process.env["LEAKED_FROM_THE_MACHINE"];

    expect(opened.said()).toEqual(["=none none none true true", "=Actions.Results"]);
  });

  it("skips later steps after a failure, except those that ask for it", async () => {
    const opened = await runSteps(`
      - run: exit 4
      - run: echo "=not me"
      - run: echo "=failure"
        if: failure()
      - run: echo "=always \${{ job.status }}"
        if: always()
      - run: echo "=not cancelled"
        if: cancelled()
`);

    expect(opened.said()).toEqual(["=failure", "=always failure"]);
    expect(opened.messages()).toEqual(["Process completed with exit code 4."]);
    expect(opened.job("one")?.conclusion).toBe("failure");
  });

  it("counts a tolerated failure as success, with the outcome kept", async () => {
    const opened = await runSteps(`
      - id: weak
        run: exit 1
        continue-on-error: true
      - run: echo "=\${{ steps.weak.outcome }} \${{ steps.weak.conclusion }}"
`);

    expect(opened.said()).toEqual(["=failure success"]);
    expect(opened.job("one")?.conclusion).toBe("success");
  });

  it("fails a pipe only where the shell is bash by name", async () => {
    const opened = await runSteps(`
      - run: false | echo "=plain"
      - run: false | echo "=bash"
        shell: bash
        if: always()
`);

    expect(opened.said()).toEqual(["=plain", "=bash"]);
    expect(opened.job("one")?.conclusion).toBe("failure");
  });

  it("fails a step whose command file cannot be read, and keeps what the step printed", async () => {
    const opened = await runSteps(`
      - run: |
          echo "=before"
          printf 'a<<EOF\\nx\\n' >> "$GITHUB_OUTPUT"
`);

    expect(opened.said()).toEqual(["=before"]);
    expect(opened.messages()).toEqual([
      "Unable to process file command 'output' successfully.",
      "Invalid value. Matching delimiter not found 'EOF'",
    ]);
  });

  it("masks secrets, added masks and summaries, and obeys no command between stop and its token", async () => {
    const opened = await runSteps(`
      - run: |
          echo "=key \${{ secrets.KEY }}"
          part=later
          echo "::add-mask::$part-mask"
          echo "=now $part-mask"
          echo "::stop-commands::token-1"
          echo "::error::not obeyed"
          echo "::token-1::"
          echo "::error::obeyed top-secret-value"
          echo "# top-secret-value" >> "$GITHUB_STEP_SUMMARY"
          echo "::set-env name=X::y"
`);

    expect(opened.said()).toEqual(["=key ***", "=now ***"]);
    expect(opened.messages()).toEqual([
      "obeyed ***",
      "Unable to process command '::set-env::': it is disabled.",
    ]);
    expect(opened.events.find((event) => event.type === "summary")).toMatchObject({
      markdown: "# ***\n",
    });
    expect(await opened.logOf("one")).not.toMatch(/top-secret|later-mask/);
  });

  it("times a step out as a failure, and a job as a cancellation", async () => {
    const workflow = dispatched(`
  step:
    runs-on: ubuntu-latest
    steps:
      - run: sleep 30
        timeout-minutes: 2
      - run: echo "=after \${{ job.status }}"
        if: always()
  job:
    runs-on: ubuntu-latest
    timeout-minutes: 2
    steps:
      - run: sleep 30
  reader:
    needs: [step, job]
    if: always()
    runs-on: ubuntu-latest
    steps:
      - run: echo "=\${{ needs.step.result }} \${{ needs.job.result }}"
`);
    const world = await EngineWorld.open(
      { ".github/workflows/ci.yml": workflow },
      { minuteMs: 20 },
    );
    onTestFinished(() => world.close());

    await world.run("ci.yml");

    expect(world.said()).toEqual(["=after failure", "=failure cancelled"]);
    expect(world.messages()).toContain("The action 'Run sleep 30' has timed out after 2 minutes.");
  });
});
