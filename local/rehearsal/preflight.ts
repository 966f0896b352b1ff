import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";

import type { RehearsalOptions } from "./arguments.ts";
import { resolveClaudeCode } from "./claude-code.ts";

/** What the rehearsal runs with. */
export interface Tools {
  readonly git: string;
  readonly agent: { readonly binary: string; readonly version: string };
  /** For the real Messages API; `undefined` with the scripted model. */
  readonly apiKey: string | undefined;
}

/** Something that the person who typed the command can put right: one paragraph, exit code 2. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

const LEAST_NODE = [20, 19] as const;
const LEAST_GIT = [2, 38] as const;

/** Looks for everything that a rehearsal needs; throws a {@link RefusedError} for what is missing. */
export async function checkTools(
  options: RehearsalOptions,
  environment: NodeJS.ProcessEnv,
): Promise<Tools> {
  if (!isAtLeast(process.versions.node, LEAST_NODE)) {
    throw new RefusedError(
      `The rehearsal needs Node ${LEAST_NODE.join(".")} or newer, but this is ${process.versions.node}.`,
    );
  }
  const git = await findGit();
  const agent = await resolveClaudeCode();
  if (agent === undefined) {
    throw new RefusedError(
      "Claude Code was not found: neither its package for this platform is installed nor is there a 'claude' on the PATH. Run 'npm ci' without '--omit=optional', or install Claude Code, and try again.",
    );
  }
  const apiKey = options.agent === "live" ? environment["ANTHROPIC_API_KEY"] : undefined;
  if (options.agent === "live" && (apiKey === undefined || apiKey === "")) {
    throw new RefusedError(
      "'--agent live' talks to the real Messages API and needs the environment variable ANTHROPIC_API_KEY.",
    );
  }
  await checkPort(options.port);
  return { git, agent, apiKey };
}

async function findGit(): Promise<string> {
  const output = await tryRun("git", ["--version"]);
  const version = /(\d+\.\d+(?:\.\d+)?)/.exec(output ?? "")?.[1];
  if (version === undefined) {
    throw new RefusedError(
      `Git was not found on the PATH. The rehearsal needs git ${LEAST_GIT.join(".")} or newer.`,
    );
  }
  if (!isAtLeast(version, LEAST_GIT)) {
    throw new RefusedError(
      `The rehearsal needs git ${LEAST_GIT.join(".")} or newer (for 'git merge-tree --write-tree'), but the git on the PATH is ${version}.`,
    );
  }
  return version;
}

async function tryRun(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(command, args)).stdout;
  } catch {
    return undefined;
  }
}

function isAtLeast(version: string, least: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > least[0] || (major === least[0] && minor >= least[1]);
}

async function checkPort(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RefusedError(
      `Port ${port} cannot be used for the embedded GitHub (${reason}). Choose another one with '--port N', or leave the option out for any free port.`,
    );
  } finally {
    server.close();
  }
}
