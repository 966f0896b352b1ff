import { mkdir, realpath, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { findReach } from "../../../src/adapters/sandbox/find-reach.ts";
import type { Reach } from "../../../src/adapters/sandbox/reach.ts";
import { claimPlaces } from "../../../src/adapters/workspace/session-places.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

describe("findReach", () => {
  let runners: string;

  beforeEach(async () => {
    runners = await realpath(await temporaryDirectory());
  });

  async function add(...paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(dirname(join(runners, path)), { recursive: true });
      await writeFile(join(runners, path), "");
    }
  }

  /** What the second runner's session finds, with its tools at these places. */
  async function find(
    environment: Readonly<Record<string, string>> = {},
    readable: readonly string[] = [],
  ): Promise<Reach> {
    const places = claimPlaces({
      machineRoot: join(runners, "home/.water-spider"),
      workspace: join(runners, "two/_work/shop/shop"),
      runnerTemp: join(runners, "two/_work/_temp"),
      serverUrl: "https://github.com",
      repository: "octo/sample",
      issue: 12,
      claim: "c-1",
    });
    const { worktree, home, temporary, scratch, mirror } = places;
    const own = [worktree, home, temporary, join(scratch, "repository.git")];
    for (const folder of [...own, join(mirror, "objects")]) {
      await mkdir(folder, { recursive: true });
    }
    await writeFile(join(worktree, ".git"), "gitdir: x");
    return await findReach({
      places,
      worktree,
      environment,
      execPath: join(runners, "one/externals/node24/bin/node"),
      settings: { mode: "auto", readable, hosts: [] },
    });
  }

  it("hides homes, temporary folders, the work folder and every runner beside it [F72]", async () => {
    await add("one/.runner", "two/.credentials", "three/.runner", "no-runner/file");

    const { homes, hidden } = await find();

    expect(homes).toContain(await realpath(homedir()));
    expect(hidden).toEqual(
      expect.arrayContaining([
        await realpath(tmpdir()),
        ...["one", "two", "three", "two/_work"].map((name) => join(runners, name)),
      ]),
    );
    expect(hidden).not.toContain(join(runners, "no-runner"));
    expect(hidden).not.toContain("/");
  });

  it("lets be written what is the session's own, but for what names its repository", async () => {
    const { writable, fixed } = await find();

    const worktree = join(runners, "two/_work/shop/shop/.worktrees/issue-12");
    const temp = join(runners, "two/_work/_temp");
    expect(writable).toEqual([worktree, join(temp, "water-spider-c-1/home"), join(temp, "ws-c-1")]);
    expect(fixed).toEqual([join(worktree, ".git")]);
  });

  it("shows what the session's git and tools need, and not their tokens", async () => {
    await add("two/_work/_tool/node/bin/node", "rust/bin/cargo", "rust/credentials.toml", "ca.pem");
    const environment = {
      PATH: `/usr/bin:${join(runners, "rust/bin")}`,
      RUNNER_TOOL_CACHE: join(runners, "two/_work/_tool"),
      NODE_EXTRA_CA_CERTS: join(runners, "ca.pem"),
      SSL_CERT_FILE: "",
    };

    const { readable, secrets } = await find(environment, [join(runners, "three"), "/usr/lib"]);

    expect(readable.map((path) => path.slice(runners.length + 1)).toSorted()).toEqual([
      "ca.pem",
      expect.stringMatching(/^home\/\.water-spider\/mirrors\/[0-9a-f]{16}\.git\/objects$/),
      "rust",
      "two/_work/_temp/water-spider-c-1/repository.git",
      "two/_work/_tool",
    ]);
    expect(secrets).toEqual([join(runners, "rust/credentials.toml")]);
  });
});
