/**
 * Patterns that check out whole directories and, as git's cone mode does, the files that lie beside
 * the way to them. No directory means everything.
 */
export function formatSparsePatterns(directories: readonly string[]): string {
  const lines = ["/*", "!/*/"];
  const [whole, passed] = sortDirectories(directories);
  for (const path of passed) {
    lines.push(`/${escape(path)}/`, `!/${escape(path)}/*/`);
  }
  for (const path of whole) {
    lines.push(`/${escape(path)}/`);
  }
  return `${lines.join("\n")}\n`;
}

/** Tells whether a path is checked out under these directories. */
export function isInCone(directories: readonly string[], path: string): boolean {
  const [whole, passed] = sortDirectories(directories);
  const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  return (
    parent === "" ||
    passed.includes(parent) ||
    whole.some((directory) => path.startsWith(`${directory}/`))
  );
}

/** The directories themselves, and those on the way to them that are not wholly there. */
function sortDirectories(
  directories: readonly string[],
): readonly [readonly string[], readonly string[]] {
  const whole = directories.filter(
    (each) => !directories.some((other) => each !== other && each.startsWith(`${other}/`)),
  );
  const passed = whole.flatMap((each) => {
    const names = each.split("/");
    return names.slice(1).map((_name, index) => names.slice(0, index + 1).join("/"));
  });
  return [[...new Set(whole)].toSorted(), [...new Set(passed)].toSorted()];
}

function escape(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, String.raw`\$&`);
}
