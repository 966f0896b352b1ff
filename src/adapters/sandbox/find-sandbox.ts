import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { SandboxFact } from "../../core/session/preflight.ts";
import { findOnPath } from "../find-on-path.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { NOTHING_HIDDEN } from "./reach.ts";

const run = promisify(execFile);

/** Part of macOS. */
export const SANDBOX_EXEC = "/usr/bin/sandbox-exec";

/** Looks for a sandbox on this machine and tries it. */
export async function findSandbox(path: string): Promise<SandboxFact> {
  const located = await locateSandbox(path);
  switch (located.kind) {
    case "none":
      return located;
    case "bubblewrap": {
      const options = { reach: NOTHING_HIDDEN, stands: [], directory: "/" };
      return await tryStart("bubblewrap", ["bwrap", ...bubblewrapArguments(options), "true"], path);
    }
    case "seatbelt": {
      const profile = "(version 1)(allow default)";
      return await tryStart("seatbelt", [SANDBOX_EXEC, "-p", profile, "/usr/bin/true"], path);
    }
  }
}

/** Looks for a sandbox without trying it. The agent's own needs socat besides, for its network. */
export async function locateSandbox(path: string): Promise<SandboxFact> {
  if (process.platform === "darwin") {
    return { kind: "seatbelt" };
  }
  if (process.platform !== "linux") {
    return { kind: "none", problem: `There is none for ${process.platform}.` };
  }
  const names = ["bwrap", "socat"];
  const found = await Promise.all(names.map((name) => findOnPath(name, path)));
  const missing = names.filter((_, index) => found[index] === undefined);
  return missing.length === 0
    ? { kind: "bubblewrap" }
    : { kind: "none", problem: `${missing.join(" and ")} not found on the PATH.` };
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
