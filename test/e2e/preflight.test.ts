import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { parseSessionResult } from "../../src/core/session/session-result.ts";
import { ClaimedSessions } from "./claimed-sessions.ts";
import type { ActionRun } from "./dist-action.ts";

describe("run-session with the mode preflight", () => {
  let folder: string;
  let sessions: ClaimedSessions;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "water-spider-preflight-"));
    sessions = await ClaimedSessions.claim({
      folder,
      issues: 1,
      files: {
        ".github/water-spider.yml": JSON.stringify({
          prepare: { commands: ["no-such-installer --now"] },
          checks: { test: "true" },
        }),
      },
      steps: [],
    });
    await mkdir(join(folder, "empty"));
  });

  afterAll(async () => {
    await sessions.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  async function look(
    inputs: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly run: ActionRun; readonly errors: string }> {
    const [leg] = sessions.legs;
    if (leg === undefined) {
      throw new Error("Nothing was claimed.");
    }
    const token = await sessions.sessionToken(leg);
    const run = await sessions.run(leg, token, { mode: "preflight", ...inputs }, environment);
    const errors = run.stdout.split("\n").filter((line) => line.startsWith("::error::"));
    return { run, errors: errors.join("\n").replaceAll("%0A", "\n") };
  }

  it("asks the model for one answer, and names what is not on the PATH", async () => {
    const { run, errors } = await look();

    expect(run.exitCode).toBe(1);
    expect(errors.split("\n")).toEqual([
      expect.stringMatching(/'no-such-installer', which is not on the PATH/),
    ]);
    expect(await readFile(sessions.modelLog, "utf8")).toContain('"answer"');
    expect(run.stdout + run.stderr).not.toMatch(/^\s+at /m);
  });

  it("leaves it to a session to say in its result that there is no git, and counts nothing", async () => {
    const [leg] = sessions.legs;
    if (leg === undefined) {
      throw new Error("Nothing was claimed.");
    }
    const token = await sessions.sessionToken(leg);
    const machine = { PATH: join(folder, "empty") };

    const before = await sessions.run(
      leg,
      token,
      { mode: "setup", "base-sha": leg["base-sha"] },
      machine,
    );
    const session = await sessions.run(leg, token, {}, machine);

    expect([before.exitCode, before.outputs.get("setup")]).toEqual([0, "false"]);
    expect([session.exitCode, session.outputs.get("outcome")]).toEqual([0, "returned"]);
    const handoff = session.outputs.get("handoff") ?? "";
    const result = parseSessionResult(await readFile(join(handoff, "result.json"), "utf8"));
    expect(result).toMatchObject({
      cause: "prepare-failed",
      detail: expect.stringMatching(/^git was not found on the PATH/),
    });
  });

  it("names everything at once, without a stack", async () => {
    const { run, errors } = await look(
      { "anthropic-api-key": "" },
      { PATH: join(folder, "empty") },
    );

    expect(run.exitCode).toBe(1);
    expect(errors).toMatch(/git was not found on the PATH/);
    expect(errors).toMatch(/There is no credential for the model/);
    expect(run.stdout + run.stderr).not.toMatch(/^\s+at /m);
  });
});
