import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** What the product hands to the agent in its recommended invocation. */
export interface ClaudeCodeRun {
  readonly workingDirectory: string;
  /** For the agent's own configuration and temporary files. */
  readonly scratch: string;
  readonly modelUrl: string;
  readonly prompt: string;
}

export interface ClaudeCodeEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

const SCHEMA = {
  type: "object",
  properties: {
    status: { enum: ["done", "needs-human"] },
    summary: { type: "string" },
    title: { type: "string" },
  },
  required: ["status", "summary", "title"],
};

/** Runs the installed Claude Code once, headless, and returns its exit code and events. */
export async function runClaudeCode(
  run: ClaudeCodeRun,
): Promise<{ readonly exitCode: number; readonly events: readonly ClaudeCodeEvent[] }> {
  const config = join(run.scratch, "claude");
  const temporary = join(run.scratch, "tmp");
  await mkdir(config, { recursive: true });
  await mkdir(temporary, { recursive: true });
  const settings = join(run.scratch, "settings.json");
  await writeFile(settings, JSON.stringify({ permissions: { deny: ["WebFetch", "WebSearch"] } }));
  const child = spawn(claudeBinary(), cliArguments(settings), {
    cwd: run.workingDirectory,
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: run.scratch,
      TMPDIR: temporary,
      CLAUDE_CONFIG_DIR: config,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
      CLAUDE_CODE_MAX_RETRIES: "3",
      CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR: "3",
      ANTHROPIC_BASE_URL: run.modelUrl,
    },
  });
  const [stdin, stdout, stderr, key] = child.stdio;
  if (!(key instanceof Writable)) {
    throw new Error("The pipe for the key is missing.");
  }
  key.end("canary-key");
  const message = { type: "user", message: { role: "user", content: run.prompt } };
  stdin.end(`${JSON.stringify(message)}\n`);
  const [[exitCode], output] = await Promise.all([
    once(child, "close"),
    text(stdout),
    text(stderr),
  ]);
  const events = output
    .split("\n")
    .filter((line) => line !== "")
    .map((line): ClaudeCodeEvent => JSON.parse(line));
  return { exitCode: Number(exitCode), events };
}

function cliArguments(settings: string): readonly string[] {
  const options = {
    "--input-format": "stream-json",
    "--output-format": "stream-json",
    "--setting-sources": "user",
    "--settings": settings,
    "--tools": "Bash,Edit,Read,Write,Glob,Grep",
    "--permission-mode": "acceptEdits",
    "--permission-prompts": "none",
    "--allowedTools": "Bash(npm test)",
    "--max-turns": "60",
    "--max-budget-usd": "5",
    "--json-schema": JSON.stringify(SCHEMA),
  };
  return ["-p", "--verbose", "--strict-mcp-config", ...Object.entries(options).flat()];
}

function claudeBinary(): string {
  const platform = `${process.platform}-${process.arch}`;
  return createRequire(import.meta.url).resolve(`@anthropic-ai/claude-code-${platform}/claude`);
}
