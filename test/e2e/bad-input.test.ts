import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { formatReason } from "../../src/core/plan/reasons.ts";
import type { TickPlan } from "../../src/core/plan/tick-plan.ts";
import { type ActionJob, runAction } from "./dist-action.ts";
import { type Ended, PROJECT, REHEARSE, startNode } from "./node-process.ts";

const TRIGGER = "trigger:agent-execute";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "water-spider-bad-input-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Refused input: exit code 2, nothing on stdout, and one paragraph without a stack. */
function expectRefused({ exitCode, stdout, stderr }: Ended): void {
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /m);
}

async function rehearse(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return await startNode([REHEARSE, ...args], environment).ended;
}

describe("the rehearsal refuses", () => {
  it("an option that does not exist, with the nearest one that does", async () => {
    const ended = await rehearse(["--jsno"]);

    expectRefused(ended);
    expect(ended.stderr).toContain("Did you mean '--json'?");
  });

  it("a value that an option does not take, with those that it takes", async () => {
    const ended = await rehearse(["--port", "http"]);

    expectRefused(ended);
    expect(ended.stderr).toContain("whole number from 0 to 65535, but is 'http'");
  });

  it("a port that is taken, with what to do about it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;

    const ended = await rehearse(["--port", String(port)]);
    server.close();

    expectRefused(ended);
    expect(ended.stderr).toMatch(new RegExp(`Port ${port} cannot be used .* '--port N'`));
  });

  it("a git that is too old, with its version and the one that is needed", async () => {
    const bin = await fakeProgram("git", "echo 'git version 2.30.1'");

    const ended = await rehearse([], { PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` });

    expectRefused(ended);
    expect(ended.stderr).toMatch(/needs git 2\.38 or newer.*2\.30\.1/);
  });

  it("a machine without git", async () => {
    const ended = await rehearse([], { PATH: dirname(await fakeProgram("nothing", "")) });

    expectRefused(ended);
    expect(ended.stderr).toContain("Git was not found on the PATH");
  });

  it("a machine without Claude Code, with how to install it", async () => {
    const project = await projectWithoutAgent();
    const bin = await fakeProgram("git", "echo 'git version 2.39.5'");

    const ended = await startNode(
      ["--preserve-symlinks", "--preserve-symlinks-main", join(project, "build/local/rehearse.js")],
      { PATH: bin },
    ).ended;

    expectRefused(ended);
    expect(ended.stderr).toMatch(/Claude Code was not found.*npm ci/);
  });
});

/** A directory for the PATH that holds one program. */
async function fakeProgram(name: string, line: string): Promise<string> {
  const bin = await mkdtemp(join(folder, "bin-"));
  await writeFile(join(bin, name), `#!/bin/sh\n${line}\n`);
  await chmod(join(bin, name), 0o755);
  return bin;
}

/** This project as it is after `npm ci --omit=optional`: the agent's package is not there. */
async function projectWithoutAgent(): Promise<string> {
  const project = await mkdtemp(join(folder, "project-"));
  await symlink(join(PROJECT, "build"), join(project, "build"));
  await symlink(join(PROJECT, "package.json"), join(project, "package.json"));
  await mkdir(join(project, "node_modules"));
  for (const name of await readdir(join(PROJECT, "node_modules"))) {
    if (!name.startsWith(".") && name !== "@anthropic-ai") {
      await symlink(join(PROJECT, "node_modules", name), join(project, "node_modules", name));
    }
  }
  return project;
}

describe("the built actions", () => {
  let github: EmbeddedGitHub;
  let repositories = 0;

  beforeAll(async () => {
    github = await startEmbeddedGitHub({ dataDirectory: join(folder, "github") });
    await github.addUser({ login: "maintainer", token: "maintainer-token" });
  });
  afterAll(async () => {
    await github.stop();
  });

  /** A repository with this configuration, and a job of the plan in it. */
  async function makeJob(configuration?: string): Promise<ActionJob> {
    repositories += 1;
    const name = `shop-${repositories}`;
    const repository = `acme/${name}`;
    const { headSha } = await github.addRepository({
      owner: "acme",
      name,
      private: true,
      files: {
        "README.md": "hello\n",
        ...(configuration === undefined ? {} : { ".github/water-spider.yml": configuration }),
      },
      collaborators: { maintainer: "admin" },
    });
    const { runId } = await github.addRun({
      repository,
      workflowPath: ".github/workflows/water-spider.yml",
      workflowName: "Water Spider",
      event: "schedule",
      actor: "maintainer",
      headSha,
      headBranch: "main",
    });
    const permissions = {
      contents: "write",
      issues: "write",
      "pull-requests": "write",
      actions: "read",
    } as const;
    const token = await github.addJobToken({ repository, permissions, runId, jobId: "plan" });
    const jobFolder = join(folder, name);
    await mkdir(jobFolder);
    return { github, repository, runId, token, folder: jobFolder };
  }

  it.each([
    [
      "a value out of range",
      "trigger-label: go\nmax-parallel: 50\n",
      /water-spider\.yml:2: 'max-parallel' must be a whole number from 1 to 20, but is 50\./,
    ],
    [
      "a key that does not exist",
      "\n\nmax-paralel: 3\n",
      /water-spider\.yml:3: .*'max-paralel'.*'max-parallel'/,
    ],
    ["text that is no YAML", "checks: [\n", /water-spider\.yml:\d+: /],
  ])("fail with file, line and what is allowed for %s", async (_, configuration, message) => {
    const job = await makeJob(configuration);

    const { exitCode, stdout, stderr, outputs } = await runAction(job, "collect");

    const errors = stdout.split("\n").filter((line) => line.startsWith("::error::"));
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(outputs.size).toBe(0);
  });

  it("plan and claim the good issues, whatever is wrong with the others [N04, F24, F26, F38]", async () => {
    const job = await makeJob();
    const raw = async (body: string, labels: readonly string[] = []): Promise<number> => {
      const issue = { title: "An issue", body, labels: [TRIGGER, ...labels], author: "maintainer" };
      return (await github.addRawIssue(job.repository, issue)).number;
    };
    const emoji = await raw("🚀".repeat(2_500_000));
    const badLabel = await raw("Please.", ["blocked-by:#abc"]);
    const itself = await raw("Depends on #3");
    const labels = Array.from({ length: 200 }, (_, index) => `label-${index}`);
    const manyLabels = await raw("Please.", labels);
    const good = [await raw("Please do it."), await raw("Please do this too.")];

    const planned = await runAction(job, "collect");
    const claimed = await runAction(job, "dispatch", {
      plan: planned.outputs.get("plan") ?? "",
      "plan-digest": planned.outputs.get("plan-digest") ?? "",
      credential: "present",
    });

    expect([planned.exitCode, claimed.exitCode]).toEqual([0, 0]);
    const matrix: { readonly include: readonly { readonly issue: number }[] } = JSON.parse(
      claimed.outputs.get("matrix") ?? "",
    );
    const started = matrix.include.map(({ issue }) => issue);
    expect(started).toEqual(expect.arrayContaining(good));
    const tick: TickPlan = JSON.parse(await readFile(planned.outputs.get("plan") ?? "", "utf8"));
    const reasons = new Map(
      tick.plan.rows.map(({ issue, reason }) => [issue, formatReason(reason)]),
    );
    expect(reasons.get(badLabel)).toContain("blocked-by:#abc");
    expect(reasons.get(itself)).toContain("waits for itself");
    for (const issue of [emoji, badLabel, itself, manyLabels]) {
      expect(reasons.get(issue)).not.toBeUndefined();
    }
  });
});
