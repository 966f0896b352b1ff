import { describe, expect, it } from "vitest";

import { withDefaults } from "../../../src/adapters/configuration/defaults.ts";
import { inspectMachine } from "../../../src/adapters/machine/inspect-machine.ts";
import type { MachineFacts } from "../../../src/core/session/preflight.ts";

async function inspect(path: string, command: string): Promise<MachineFacts> {
  return await inspectMachine(
    {
      environment: { PATH: path, RUNNER_NAME: "mac-1-2", RUNNER_OS: "macOS" },
      aheadSeconds: 3,
    },
    withDefaults({ prepare: { commands: [command] } }),
  );
}

describe("inspectMachine", () => {
  it("reads git's version and what the runner tells", async () => {
    const facts = await inspect(process.env["PATH"] ?? "", "no-such-program-7 x");

    expect(facts).toMatchObject({ runner: "mac-1-2", os: "macOS", arch: "", aheadSeconds: 3 });
    expect(facts.git).toMatch(/^git version \d+\.\d+/);
    expect(facts.missingPrograms).toEqual(["no-such-program-7"]);
  });

  it("knows what the shell has built in", async () => {
    expect(await inspect(process.env["PATH"] ?? "", "test -f x")).toMatchObject({
      missingPrograms: [],
    });
  });

  it("finds no git where the PATH has none", async () => {
    expect((await inspect("/nonexistent", "true")).git).toBeUndefined();
  });
});
