import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

const GIGABYTE = 10 ** 9;

/**
 * Looks whether each directory, or the nearest one above it that exists, has that many free bytes.
 * Returns a sentence about the first that has not, or `undefined`.
 */
export async function findShortage(
  directories: readonly string[],
  minFreeBytes: number,
): Promise<string | undefined> {
  for (const directory of directories) {
    const freeBytes = await readFreeBytes(directory);
    if (freeBytes < minFreeBytes) {
      return (
        `There are ${inGigabytes(freeBytes)} free at ${directory}, less than the ` +
        `${inGigabytes(minFreeBytes)} of 'workspace.min-free-disk'.`
      );
    }
  }
  return undefined;
}

/** Free bytes where a directory is, or where the nearest one above it that exists is. */
export async function readFreeBytes(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(directory);
    if (parent === directory || !(error instanceof Error && "code" in error)) {
      throw error;
    }
    return await readFreeBytes(parent);
  }
}

function inGigabytes(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
