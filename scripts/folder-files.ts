import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Reads a folder whole: path inside it (with `/`) to content. A folder that does not exist is empty. */
export function readFolder(folder: string): ReadonlyMap<string, Buffer> {
  if (!existsSync(folder)) {
    return new Map();
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [relative(folder, path).replaceAll(sep, "/"), readFileSync(path)];
    }),
  );
}

/** Lists how `actual` differs from `expected`, one phrase a file, sorted by path; empty when they are equal. */
export function compareFolders(
  expected: ReadonlyMap<string, Buffer>,
  actual: ReadonlyMap<string, Buffer>,
): readonly string[] {
  const paths = [...new Set([...expected.keys(), ...actual.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [wanted, found] = [expected.get(path), actual.get(path)];
    if (wanted === undefined) {
      return [`${path} is stale: the build does not make it any more`];
    }
    if (found === undefined) {
      return [`${path} is missing`];
    }
    return wanted.equals(found) ? [] : [`${path} differs from what the sources build`];
  });
}
