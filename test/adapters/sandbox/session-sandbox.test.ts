import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { SessionSandbox } from "../../../src/adapters/sandbox/session-sandbox.ts";
import { type ClaimPlaces, claimPlaces } from "../../../src/adapters/workspace/session-places.ts";
import { ConfigurationError } from "../../../src/core/failure.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { hasBubblewrap } from "./working-sandbox.ts";

const COMMAND = ["bash", "-c", "true"];

describe("SessionSandbox", () => {
  let places: ClaimPlaces;
  let told: string[];
  const log = (message: string): void => void told.push(message);

  beforeEach(async () => {
    const directory = await temporaryDirectory();
    places = claimPlaces({
      machineRoot: join(directory, "machine"),
      workspace: join(directory, "work/shop"),
      runnerTemp: join(directory, "work/_temp"),
      serverUrl: "https://github.com",
      repository: "octo/sample",
      issue: 12,
      claim: "c-1",
    });
    await mkdir(places.worktree, { recursive: true });
    told = [];
  });

  function open(path: string | undefined): SessionSandbox {
    return new SessionSandbox({
      places,
      environment: { PATH: path },
      log: { info: log, notice: log, warning: log },
    });
  }

  async function wrap(
    sandbox: SessionSandbox,
    mode: "auto" | "required" | "off",
  ): Promise<readonly string[]> {
    return await sandbox.wrap(COMMAND, { mode, readable: [], hosts: [] }, places.worktree, []);
  }

  it("leaves a command as it is where it is off", async () => {
    expect(await wrap(open(process.env["PATH"]), "off")).toEqual(COMMAND);
    expect(told).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "says once that a machine has none, and goes on without where that is allowed",
    async () => {
      const sandbox = open("/nonexistent");

      expect(await wrap(sandbox, "auto")).toEqual(COMMAND);
      expect(await wrap(sandbox, "auto")).toEqual(COMMAND);
      expect(told).toEqual([expect.stringMatching(/^There is no sandbox for this session: \S/)]);
    },
  );

  it.runIf(process.platform === "linux")(
    "refuses to go on without where it is required, and says what to do",
    async () => {
      const wrapped = wrap(open("/nonexistent"), "required");

      await expect(wrapped).rejects.toThrow(ConfigurationError);
      await expect(wrapped).rejects.toThrow(
        /'session\.sandbox' is 'required'.*bwrap and socat not found.*apt-get install bubblewrap socat/,
      );
    },
  );

  it.runIf(hasBubblewrap)("runs a command through bubblewrap where that works", async () => {
    const line = await wrap(open(process.env["PATH"]), "auto");

    expect(line[0]).toBe("bwrap");
    expect(line.slice(-3)).toEqual(COMMAND);
    expect(told).toEqual([]);
  });

  it.runIf(hasBubblewrap)("counts as missing where it cannot start in the worktree", async () => {
    places = { ...places, worktree: join(places.worktree, "gone") };

    expect(await wrap(open(process.env["PATH"]), "auto")).toEqual(COMMAND);
    expect(told).toEqual([expect.stringMatching(/bwrap cannot start: .*chdir/)]);
  });
});
