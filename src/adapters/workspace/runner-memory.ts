import { dirname, join } from "node:path";

import { OpenAttempts } from "./open-attempt.ts";
import { RescuedWork } from "./rescued-work.ts";
import type { ClaimPlaces } from "./session-places.ts";
import { TreeKeeper } from "./tree-keeper.ts";

/** What a runner of the machine remembers from one session to the next, outside of any worktree. */
export interface RunnerMemory {
  readonly attempts: OpenAttempts;
  readonly keeper: TreeKeeper;
  readonly rescued: RescuedWork;
}

export function runnerMemory({
  worktree,
  runner,
  rescued,
}: Pick<ClaimPlaces, "worktree" | "runner" | "rescued">): RunnerMemory {
  const worktrees = dirname(worktree);
  return {
    attempts: new OpenAttempts(join(runner, "attempts")),
    keeper: new TreeKeeper({ worktrees, records: join(runner, "checkout") }),
    rescued: new RescuedWork(rescued),
  };
}
