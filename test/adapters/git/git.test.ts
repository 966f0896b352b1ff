import { describe, expect, it, vi } from "vitest";

import { Git, GitError } from "../../../src/adapters/git/git.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

describe("Git", () => {
  it("reads no configuration of the machine or of the user, and asks nothing", async () => {
    vi.stubEnv("GIT_CONFIG_COUNT", "1");
    vi.stubEnv("GIT_CONFIG_KEY_0", "user.name");
    vi.stubEnv("GIT_CONFIG_VALUE_0", "Eve");
    vi.stubEnv("GIT_DIR", "/nowhere");
    const git = new Git({ cwd: await temporaryDirectory() });

    const configuration = await git.run(["config", "--list", "--show-scope"]);

    vi.unstubAllEnvs();
    expect(configuration.split("\n").every((line) => line.startsWith("command"))).toBe(true);
    expect(configuration).toContain("core.hookspath=/dev/null");
    expect(configuration).not.toContain("Eve");
  });

  it("sends the token to its server only, and in no argument [F72]", async () => {
    const git = new Git({
      cwd: await temporaryDirectory(),
      token: "ghs_secret",
      serverUrl: "https://github.com",
    });
    const basic = Buffer.from("x-access-token:ghs_secret").toString("base64");

    const ours = await git.run([
      "config",
      "--get-urlmatch",
      "http.extraheader",
      "https://github.com/o/r",
    ]);
    const theirs = await git.try([
      "config",
      "--get-urlmatch",
      "http.extraheader",
      "https://evil.example",
    ]);

    expect(ours).toBe(`AUTHORIZATION: basic ${basic}`);
    expect(theirs.stdout.toString()).toBe("");
  });

  it("gives bytes as they are and takes input", async () => {
    const git = new Git({ cwd: await temporaryDirectory() });
    await git.run(["init", "--quiet", "--bare", "."]);
    const bytes = Buffer.from([0, 255, 10, 13, 10]);

    const blob = await git.run(["hash-object", "-w", "--stdin"], bytes);
    const read = await git.try(["cat-file", "blob", blob]);

    expect(read.stdout.equals(bytes)).toBe(true);
  });

  it("says which command failed and what it said", async () => {
    const git = new Git({ cwd: await temporaryDirectory() });

    const failed = git.run(["rev-parse", "secret-argument"]);

    await expect(failed).rejects.toThrow(GitError);
    await expect(failed).rejects.toThrow(/^git rev-parse failed with exit code 128: /);
  });
});
