import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Names of the files that travel from run-session to finalize [N18]. */
export const HANDOFF_FILES = ["result.json", "changes.bundle"] as const;

/** SHA-256 over the hand-off's files, in hex; an absent file counts as absent, not as empty. */
export async function hashHandoff(directory: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of HANDOFF_FILES) {
    const content = await tryRead(join(directory, name));
    const inner =
      content === undefined ? "absent" : createHash("sha256").update(content).digest("hex");
    hash.update(`${name} ${inner}\n`);
  }
  return hash.digest("hex");
}

async function tryRead(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
