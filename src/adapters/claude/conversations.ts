import { mkdir, readdir, rm, stat, symlink } from "node:fs/promises";
import { basename, join } from "node:path";

import type { SessionPlaces } from "./invocation.ts";

/**
 * Puts the CLI's conversations where they outlive the session: it writes them line by line into a
 * folder of its configuration, which here is a link to the machine's. So also a conversation whose
 * process was killed can be resumed on this machine.
 */
export async function linkConversations(places: SessionPlaces): Promise<void> {
  const projects = join(places.configuration, "projects");
  await mkdir(places.conversations, { recursive: true, mode: 0o700 });
  await rm(projects, { recursive: true, force: true });
  await symlink(places.conversations, projects);
}

/** Returns the id of the latest conversation on this machine, or `undefined` when there is none. */
export async function findConversation(places: SessionPlaces): Promise<string | undefined> {
  const entries = await readdir(places.conversations, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"));
  const dated = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const { mtimeMs } = await stat(join(parentPath, name));
      return { id: basename(name, ".jsonl"), mtimeMs };
    }),
  );
  return dated.toSorted((one, other) => other.mtimeMs - one.mtimeMs)[0]?.id;
}

/** Forgets them: what has ended well is never resumed. */
export async function forgetConversations(places: SessionPlaces): Promise<void> {
  await rm(places.conversations, { recursive: true, force: true });
}
