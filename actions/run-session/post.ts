import { rm } from "node:fs/promises";

import * as core from "@actions/core";
import * as v from "valibot";

import { removeExported } from "../../src/adapters/actions/exported-setup.ts";
import { runAction } from "../../src/adapters/actions/run-action.ts";
import { sweepProcesses } from "../../src/adapters/workspace/sweep.ts";

const savedPlaces = v.object({
  worktree: v.string(),
  scratch: v.string(),
  temporary: v.string(),
});

/** Runs after every other step, also after a failure or a cancel: stops and removes what is left. */
await runAction(async () => {
  await removeExported();
  const claim = core.getState("claim");
  const saved = core.getState("places");
  if (claim === "" || saved === "") {
    return;
  }
  const { worktree, scratch, temporary } = v.parse(savedPlaces, JSON.parse(saved));
  const directories = [worktree, scratch, temporary];
  const ended = await sweepProcesses({ claim, directories });
  for (const place of directories) {
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
  core.info(`Removed the worktree; ended ${ended} processes that the session had left.`);
});
