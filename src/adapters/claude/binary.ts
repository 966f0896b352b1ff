import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { ConfigurationError } from "../../core/failure.ts";
import { findOnPath } from "../find-on-path.ts";

const run = promisify(execFile);

export interface AgentBinary {
  readonly path: string;
  readonly version: string;
  /** Where it was found, for people. */
  readonly origin: "input" | "package" | "PATH";
}

export interface BinaryLookup {
  /** Explicit path of the action's input; empty = not given. */
  readonly input: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Directories beside which an installed package is looked for. */
  readonly packageRoots: readonly string[];
}

/**
 * Finds the Claude Code binary: the input, an installed npm package, the PATH. The package is
 * resolved down to its platform binary, because its wrapper forwards no signals and its launcher
 * stays a stub where install scripts are off. Throws `ConfigurationError` when there is none.
 */
export async function findAgentBinary(lookup: BinaryLookup): Promise<AgentBinary> {
  if (lookup.input !== "") {
    return { ...(await checkBinary(lookup.input)), origin: "input" };
  }
  const packaged = await findPackagedBinary(lookup.packageRoots);
  if (packaged !== undefined) {
    return { ...(await checkBinary(packaged)), origin: "package" };
  }
  const onPath = await findOnPath("claude", lookup.environment["PATH"] ?? "");
  if (onPath !== undefined) {
    return { ...(await checkBinary(onPath)), origin: "PATH" };
  }
  throw new ConfigurationError(
    "The Claude Code CLI was not found: not in the input 'claude-path', not as an installed package " +
      "@anthropic-ai/claude-code, not as 'claude' on the PATH of this runner. Install it on the machine " +
      "(npm install -g @anthropic-ai/claude-code) or set 'claude-path' to the binary. A runner that runs as a service " +
      "does not see the PATH of your shell.",
  );
}

async function checkBinary(path: string): Promise<Omit<AgentBinary, "origin">> {
  try {
    const { stdout } = await run(path, ["--version"], { timeout: 15_000 });
    const version = /^(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    if (version === undefined) {
      throw new Error(`it answered '${stdout.trim().slice(0, 80)}' to --version`);
    }
    return { path, version };
  } catch (error) {
    throw new ConfigurationError(
      `The Claude Code CLI at ${path} does not run: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

async function findPackagedBinary(roots: readonly string[]): Promise<string | undefined> {
  const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  for (const root of roots) {
    // From the package itself: a global installation keeps the platform's binary inside it.
    const require = createRequire(
      join(root, "node_modules", "@anthropic-ai", "claude-code", "package.json"),
    );
    for (const name of [platform, `${platform}-musl`]) {
      try {
        return require.resolve(`${name}/claude`);
      } catch {
        // Not installed there: the next place is asked.
      }
    }
  }
  return undefined;
}

/** Where a globally installed package lies, beside the Node that runs this. */
export function globalPackageRoots(): readonly string[] {
  const prefix = dirname(dirname(process.execPath));
  return [join(prefix, "lib"), "/opt/homebrew/lib", "/usr/local/lib"];
}
