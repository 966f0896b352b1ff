import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { Person } from "../../local/rehearsal/person.ts";
import { layOutProduct } from "../../local/rehearsal/repositories.ts";
import { WorkflowEngine } from "../../local/runner/engine.ts";

const PROJECT = join(import.meta.dirname, "../..");
const REPOSITORY = "pocket-labs/commanded";
const JOURNAL = "refs/water-spider/journal";
const run = promisify(execFile);

/** A repository that uses the example caller; no session machine is there, so nothing runs. */
describe("commands of people, through the real workflows", () => {
  let folder: string;
  let github: EmbeddedGitHub;
  let engine: WorkflowEngine;
  let maintainer: Person;
  let reader: Person;

  async function subjects(): Promise<readonly string[]> {
    const path = join(folder, "github/git", `${REPOSITORY}.git`);
    const { stdout } = await run("git", ["-C", path, "log", "--reverse", "--format=%s", JOURNAL]);
    return stdout.trim().split("\n");
  }

  async function say(person: Person, body: string): Promise<void> {
    await person.request("POST", `/repos/${REPOSITORY}/issues/1/comments`, v.unknown(), {
      body,
    });
    await engine.whenIdle();
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "water-spider-commands-"));
    github = await startEmbeddedGitHub({ dataDirectory: join(folder, "github") });
    await layOutProduct(PROJECT, join(folder, "product"));
    await github.addUser({ login: "maintainer", token: "maintainer-token" });
    await github.addUser({ login: "reader", token: "reader-token" });
    maintainer = new Person(github.apiUrl, "maintainer", "maintainer-token");
    reader = new Person(github.apiUrl, "reader", "reader-token");
    const product = await github.addRepository({
      owner: "water-spider",
      name: "water-spider",
      private: false,
      directory: join(folder, "product"),
      collaborators: {},
    });
    await github.setRef("water-spider/water-spider", "refs/tags/v1", product.headSha);
    const example = await readFile(join(PROJECT, "examples/water-spider.yml"), "utf8");
    await github.addRepository({
      owner: "pocket-labs",
      name: "commanded",
      private: true,
      files: {
        "README.md": "Commanded.\n",
        ".github/workflows/water-spider.yml": example.replaceAll("OWNER/", "water-spider/"),
      },
      collaborators: { maintainer: "admin", reader: "read" },
    });
    engine = new WorkflowEngine({
      github,
      repository: REPOSITORY,
      runners: [],
      hostedRunners: 2,
      secrets: { ANTHROPIC_API_KEY: "canary" },
      variables: {},
      workDirectory: join(folder, "work"),
      nodePath: process.execPath,
      readToken: "maintainer-token",
    });
    engine.start();
    await maintainer.request("POST", `/repos/${REPOSITORY}/issues`, v.unknown(), {
      title: "One",
      body: "Do.",
    });
    await engine.whenIdle();
  });

  afterAll(async () => {
    await engine.stop();
    await github.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("obeys /pause of a writer before anything is claimed, and /resume later [F51, O07]", async () => {
    await say(maintainer, "/pause");
    await say(maintainer, "/resume");

    expect(await subjects()).toEqual(["paused: command", "resumed by maintainer"]);
  });

  it("does not obey a reader, nor a word in the middle of a comment [F30, N01]", async () => {
    await say(reader, "/pause");
    await say(maintainer, "please /pause it");

    expect(await subjects()).toHaveLength(2);
  });

  it("answers /status of a writer with one comment, journals nothing, and not a reader's [O07]", async () => {
    await say(reader, "/status");
    await say(maintainer, "/status");

    const comments = await maintainer.request(
      "GET",
      `/repos/${REPOSITORY}/issues/1/comments`,
      v.array(v.object({ body: v.string() })),
    );
    const replies = comments.filter(({ body }) => body.includes("slots busy"));
    expect(replies).toHaveLength(1);
    expect(replies[0]?.body).toContain("**The fleet runs.**");
    expect(await subjects()).toHaveLength(2);
  });

  it("takes a command from the Actions tab and sets a target [O07, O03]", async () => {
    await maintainer.request(
      "POST",
      `/repos/${REPOSITORY}/actions/workflows/water-spider.yml/dispatches`,
      v.unknown(),
      { ref: "main", inputs: { command: "start 3" } },
    );
    await engine.whenIdle();

    expect((await subjects()).at(-1)).toBe("target: 3 by maintainer");
  });
});
