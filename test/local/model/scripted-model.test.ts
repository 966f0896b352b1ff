import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startScriptedModel, type ScriptedModel } from "../../../local/model/scripted-model.ts";
import { runClaudeCode, type ClaudeCodeEvent } from "./claude-code.ts";

const run = promisify(execFile);
const SAMPLE = "local/sample";
const IDENTITY = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"];

describe("scripted model with the real Claude Code", () => {
  let scratch: string;
  let worktree: string;
  let logFile: string;
  let model: ScriptedModel;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "scripted-model-"));
    worktree = join(scratch, "repository", ".worktrees", "issue-1");
    logFile = join(scratch, "model.jsonl");
    const repository = join(scratch, "repository");
    await cp(join(SAMPLE, "repository"), repository, { recursive: true });
    const git = (...args: readonly string[]) =>
      run("git", [...IDENTITY, "-C", repository, ...args]);
    await git("init", "--quiet", "--initial-branch=main");
    await git("add", "--all");
    await git("commit", "--quiet", "--message=Sample");
    await git("worktree", "add", "--quiet", "-b", "feature/issue-1", worktree);
    model = await startScriptedModel({ scripts: join(SAMPLE, "scripts"), logFile });
  });

  afterAll(async () => {
    await model.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  it("edits files, runs the tests and answers in the agreed form", async () => {
    const { exitCode, events } = await runClaudeCode({
      workingDirectory: worktree,
      scratch: join(scratch, "session-1"),
      modelUrl: model.url,
      prompt: "Work item: issue #1, attempt 1.\n\nFix the parser.",
    });

    expect(exitCode).toBe(0);
    expect(events.find(({ type }) => type === "result")).toMatchObject({
      subtype: "success",
      is_error: false,
      permission_denials: [],
      structured_output: { status: "done", title: expect.stringMatching(/^fix\(parse\): /) },
    });
    expect(await readFile(join(worktree, "src/parse.js"), "utf8")).toContain("splitRecords(text)");
    expect(toolResults(events)).toMatch(/# pass 10\b/);
    expect(toolResults(events)).toMatch(/# fail 0\b/);
  });

  it("costs cents, because the usage is that of a short session", async () => {
    const { events } = await runClaudeCode({
      workingDirectory: worktree,
      scratch: join(scratch, "session-2"),
      modelUrl: model.url,
      prompt: "Work item: issue #13, attempt 1.",
    });

    const cost = Number(events.find(({ type }) => type === "result")?.["total_cost_usd"]);
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThan(0.5);
  });

  it("says so in the session and in its log when an issue has no script", async () => {
    const { events } = await runClaudeCode({
      workingDirectory: worktree,
      scratch: join(scratch, "session-3"),
      modelUrl: model.url,
      prompt: "Work item: issue #404, attempt 2.",
    });

    expect(JSON.stringify(events)).toContain("no script for issue #404, attempt 2");
    expect(await readFile(logFile, "utf8")).toContain('"issue":404,"attempt":2');
  });
});

function toolResults(events: readonly ClaudeCodeEvent[]): string {
  return events
    .filter(({ type }) => type === "user")
    .map((event) => JSON.stringify(event["message"]))
    .join("\n");
}
