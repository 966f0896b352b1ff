import { readdir, realpath } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";

import { isWithin } from "./reach.ts";

/** Folders of programs, beside which lies what the programs need. */
const PROGRAM_FOLDERS = ["bin", "sbin", "shims", ".bin"];

/**
 * Returns what the programs of a PATH need of hidden folders: the folder of a toolchain where it
 * can be told (`~/.cargo` of `~/.cargo/bin`), else the PATH's entry and what its links lead to.
 * None of them holds a hidden folder or one of `kept`.
 */
export async function findToolRoots(
  path: string,
  hidden: readonly string[],
  kept: readonly string[],
): Promise<readonly string[]> {
  const isHidden = (one: string): boolean => hidden.some((folder) => isWithin(one, folder));
  const isRoot = (one: string): boolean =>
    basename(one) !== ".local" && ![...hidden, ...kept].some((folder) => isWithin(folder, one));
  const rootOf = (folder: string): string => {
    const parent = dirname(folder);
    return PROGRAM_FOLDERS.includes(basename(folder)) && isRoot(parent) ? parent : folder;
  };
  const roots = new Set<string>();
  for (const entry of path.split(delimiter).filter((one) => one.startsWith("/"))) {
    const real = await realpath(entry).catch(() => undefined);
    if (real === undefined || !isHidden(real)) {
      continue;
    }
    [entry, real].filter((one) => isRoot(one)).forEach((one) => roots.add(rootOf(one)));
    if (rootOf(real) === real) {
      for (const target of await listTargets(real)) {
        if (isHidden(target) && isRoot(target)) {
          const folder = dirname(target);
          roots.add(rootOf(folder) === folder ? target : rootOf(folder));
        }
      }
    }
  }
  return [...roots];
}

/** Where the links of a folder lead. */
async function listTargets(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink());
  const targets = await Promise.all(
    links.map(({ name }) => realpath(join(folder, name)).catch(() => "")),
  );
  return targets.filter((target) => target !== "");
}
