import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this project: the first one above this module that has a package.json. */
export function findProject(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) {
      throw new Error("There is no package.json above the rehearsal's own files.");
    }
    folder = parent;
  }
  return folder;
}
