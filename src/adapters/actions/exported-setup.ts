import { rm } from "node:fs/promises";

import * as core from "@actions/core";

const STATE = "exported-setup";

/** Remembers for this step's post that a folder was put into the workspace. */
export function rememberExported(folder: string): void {
  core.saveState(STATE, folder);
}

/** Removes that folder; the steps that used it, and their posts, are over by then. */
export async function removeExported(): Promise<void> {
  const folder = core.getState(STATE);
  if (folder !== "") {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
