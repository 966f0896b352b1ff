import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** The Claude Code that the emulated machines have installed. */
export interface ClaudeCode {
  readonly binary: string;
  readonly version: string;
}

/** Finds the installed package's own binary, else `claude` on the PATH; `undefined` = neither runs. */
export async function resolveClaudeCode(): Promise<ClaudeCode | undefined> {
  for (const binary of candidates()) {
    const version = await tryReadVersion(binary);
    if (version !== undefined) {
      return { binary, version };
    }
  }
  return undefined;
}

function candidates(): readonly string[] {
  const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  const packaged = [platform, `${platform}-musl`].flatMap((name) => {
    try {
      return [createRequire(import.meta.url).resolve(`${name}/claude`)];
    } catch {
      return [];
    }
  });
  const onPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "claude"))
    .filter((path) => existsSync(path));
  return [...packaged, ...onPath];
}

async function tryReadVersion(binary: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(binary, ["--version"], { timeout: 10_000 });
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}
