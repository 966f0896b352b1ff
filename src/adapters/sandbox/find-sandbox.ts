import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { SandboxFact } from "../../core/session/preflight.ts";
import { findOnPath } from "../find-on-path.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";

const run = promisify(execFile);

const NOTHING = {
  homes: [],
  hidden: [],
  hiddenFiles: [],
  readable: [],
  secrets: [],
  writable: [],
  fixed: [],
};

/** Looks for a sandbox on this machine and tries it. */
export async function findSandbox(
  path: string,
  platform: string = process.platform,
): Promise<SandboxFact> {
  switch (platform) {
    case "linux":
      return await findBubblewrap(path);
    case "darwin":
      return await tryStart(
        "seatbelt",
        ["/usr/bin/sandbox-exec", "-p", "(version 1)(allow default)", "/usr/bin/true"],
        path,
      );
    default:
      return { kind: "none", problem: `There is none for ${platform}.` };
  }
}

/** The agent's own sandbox needs socat besides, for its network. */
async function findBubblewrap(path: string): Promise<SandboxFact> {
  const found = await Promise.all(["bwrap", "socat"].map((name) => findOnPath(name, path)));
  const missing = ["bwrap", "socat"].filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    return { kind: "none", problem: `${missing.join(" and ")} not found on the PATH.` };
  }
  const options = { reach: NOTHING, stands: [], directory: "/" };
  return await tryStart("bubblewrap", ["bwrap", ...bubblewrapArguments(options), "true"], path);
}

/** Returns the kind if the command succeeds, else what it said. */
export async function tryStart(
  kind: "bubblewrap" | "seatbelt",
  [program = "", ...args]: readonly string[],
  path: string,
): Promise<SandboxFact> {
  try {
    await run(program, args, { env: { PATH: path }, timeout: 15_000 });
    return { kind };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // Its first line is the command.
    const problem = said.split("\n").slice(1).join(" ").trim().slice(0, 300);
    return { kind: "none", problem: `${program} cannot start: ${problem || said.slice(0, 300)}` };
  }
}
