import { join } from "node:path";

import type { Confinement } from "../sandbox/session-sandbox.ts";

export interface SandboxRequest {
  /** What commands may reach. */
  readonly reach: Confinement["reach"];
  /** Files that the CLI obeys outside of the sandbox; no command may write them. */
  readonly startupFiles: readonly string[];
  /** Hosts that commands may reach; from all others the CLI's proxy keeps them. */
  readonly hosts: readonly string[];
  /** Whether the CLI refuses to start without a sandbox. */
  readonly isRequired: boolean;
  /** The CLI's own directory, of which a command needs the shell's beginning. */
  readonly configuration: string;
}

/** Settings of the CLI's own sandbox, in which every command of the agent runs [F72]. */
export function sandboxSettings({
  reach,
  startupFiles,
  hosts,
  isRequired,
  configuration,
}: SandboxRequest): object {
  const { homes, hidden, readable, secrets, writable, fixed } = reach;
  return {
    enabled: true,
    failIfUnavailable: isRequired,
    // The list of allowed commands holds inside as well.
    autoAllowBashIfSandboxed: false,
    allowUnsandboxedCommands: false,
    filesystem: {
      denyRead: [...homes, ...hidden, ...secrets],
      allowRead: [...readable, join(configuration, "shell-snapshots")],
      allowWrite: writable,
      denyWrite: [...fixed, ...startupFiles],
    },
    network: { allowedDomains: hosts, strictAllowlist: true, allowLocalBinding: true },
  };
}

/**
 * What the CLI puts over names in the worktree while a sandboxed command runs, so that nobody can
 * make files of these names. They look like new files to git.
 */
export const PLACEHOLDERS = [
  ".bash_profile",
  ".bashrc",
  ".claude/",
  ".gitconfig",
  ".gitmodules",
  ".idea",
  ".mcp.json",
  ".profile",
  ".ripgreprc",
  ".vscode",
  ".zprofile",
  ".zshrc",
] as const;
