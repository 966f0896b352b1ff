import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where everything of one claim lies on the session machine. */
export interface ClaimPlaces {
  /** The agent's worktree. */
  readonly worktree: string;
  /** Everything else of this claim; goes with the session. */
  readonly scratch: string;
  /** HOME of everything that runs in the session: prepare, agent, checks. */
  readonly home: string;
  /** Download caches of package managers, shared by the sessions of this machine. */
  readonly downloads: string;
  /** Files for finalize: result.json and changes.bundle. */
  readonly handoff: string;
  /** The machine's mirror of the repository, shared by its runners. */
  readonly mirror: string;
  /** Exclusive file named by the claim, outside any worktree [F04]. */
  readonly lock: string;
  /** The agent's conversations about this issue, kept on the machine so that they can go on. */
  readonly conversations: string;
  /** What the action remembers of this runner's worktrees; no session writes there. */
  readonly runner: string;
  /** Work of this repository that was not handed over, from any runner of the machine. */
  readonly rescued: string;
  /** TMPDIR of the session: short, because sockets lie in it. */
  readonly temporary: string;
}

export interface PlacesRequest {
  /** Directory on the machine that all runners of it share. */
  readonly machineRoot: string;
  /** GITHUB_WORKSPACE and RUNNER_TEMP of this job. */
  readonly workspace: string;
  readonly runnerTemp: string;
  readonly serverUrl: string;
  readonly repository: string;
  readonly issue: number;
  readonly claim: string;
}

/** Returns deterministic places: names never come from a session [V08]. */
export function claimPlaces(request: PlacesRequest): ClaimPlaces {
  const { machineRoot, workspace, runnerTemp, serverUrl, repository, issue, claim } = request;
  const hash = createHash("sha256").update(`${serverUrl}/${repository}`).digest("hex");
  const repositoryName = hash.slice(0, 16);
  const runnerName = createHash("sha256").update(`${hash} ${workspace}`).digest("hex");
  const scratch = join(runnerTemp, `water-spider-${claim}`);
  return {
    worktree: join(workspace, ".worktrees", `issue-${issue}`),
    scratch,
    handoff: join(runnerTemp, "water-spider-handoff"),
    home: join(scratch, "home"),
    downloads: join(machineRoot, "downloads", repositoryName),
    mirror: join(machineRoot, "mirrors", `${repositoryName}.git`),
    lock: join(machineRoot, "locks", claim),
    conversations: join(machineRoot, "conversations", repositoryName, `issue-${issue}`),
    runner: join(machineRoot, "runners", runnerName.slice(0, 16)),
    rescued: join(machineRoot, "rescued", repositoryName),
    temporary: join(runnerTemp, `ws-${claim.slice(0, 8)}`),
  };
}
