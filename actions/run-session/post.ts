import * as core from "@actions/core";
import * as v from "valibot";

import { removeExported } from "../../src/adapters/actions/exported-setup.ts";
import { runAction } from "../../src/adapters/actions/run-action.ts";
import { Git } from "../../src/adapters/git/git.ts";
import { endWorktree } from "../../src/adapters/workspace/end-worktree.ts";
import { sweepProcesses } from "../../src/adapters/workspace/sweep.ts";

const savedPlaces = v.object({
  worktree: v.string(),
  scratch: v.string(),
  temporary: v.string(),
  mirror: v.string(),
  runner: v.string(),
  rescued: v.string(),
});

/** Runs after every other step, also after a failure or a cancel: stops and removes what is left. */
await runAction(async () => {
  await removeExported();
  const claim = core.getState("claim");
  const saved = core.getState("places");
  if (claim === "" || saved === "") {
    return;
  }
  const places = v.parse(savedPlaces, JSON.parse(saved));
  const { worktree, scratch, temporary, mirror } = places;
  const ended = await sweepProcesses({ claim, directories: [worktree, scratch, temporary] });
  const isRescued = await endWorktree(new Git({ cwd: mirror }), places);
  core.info(
    `Removed the worktree${isRescued ? ", whose work is kept for the next attempt" : ""}; ` +
      `ended ${ended} processes that the session had left.`,
  );
});
