import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

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
