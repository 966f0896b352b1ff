import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** Returns where a program lies on a PATH; `undefined` = nowhere. */
export async function findOnPath(program: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter).filter((part) => part !== "")) {
    const candidate = join(directory, program);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not there: the next directory is asked.
    }
  }
  return undefined;
}
