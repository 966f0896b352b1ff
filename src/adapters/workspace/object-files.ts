import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** A pack can be used as soon as its index is there, so that comes last; and goes first. */
const PACK_ORDER = [".pack", ".rev", ".idx"];

/** Paths of all object files below an object directory, in the order in which they may appear. */
export async function listObjectFiles(objects: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(objects, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory() && /^[0-9a-f]{2}$|^pack$/.test(entry.name)) {
      const names = await readdir(join(objects, entry.name));
      files.push(...names.map((name) => `${entry.name}/${name}`));
    }
  }
  return files.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Moves all objects into another directory of the same file system; readers never miss one. */
export async function moveObjects(from: string, to: string): Promise<readonly string[]> {
  const files = await listObjectFiles(from);
  for (const folder of new Set(files.map((file) => file.slice(0, file.indexOf("/"))))) {
    await mkdir(join(to, folder), { recursive: true });
  }
  for (const file of files) {
    await rename(join(from, file), join(to, file));
  }
  return files;
}

/** Removes object files, an index before its pack. */
export async function removeObjects(objects: string, files: readonly string[]): Promise<void> {
  for (const file of files.toReversed()) {
    await rm(join(objects, file), { force: true });
  }
}

function rankOf(file: string): number {
  return PACK_ORDER.findIndex((ending) => file.endsWith(ending));
}
