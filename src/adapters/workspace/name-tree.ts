/** Names of files and directories, without any property of them. */
export interface NameTree {
  readonly files: readonly string[];
  readonly directories: ReadonlyMap<string, NameTree>;
}

interface GrowingTree {
  readonly files: string[];
  readonly directories: Map<string, GrowingTree>;
}

/** Arranges paths with `/` between their names; one that ends in `/` is an empty directory. */
export function nameTreeOf(paths: Iterable<string>): NameTree {
  const root: GrowingTree = { files: [], directories: new Map() };
  for (const path of paths) {
    const names = path.split("/");
    const last = names.pop() ?? "";
    let directory = root;
    for (const name of names) {
      let next = directory.directories.get(name);
      if (next === undefined) {
        next = { files: [], directories: new Map() };
        directory.directories.set(name, next);
      }
      directory = next;
    }
    if (last !== "") {
      directory.files.push(last);
    }
  }
  return root;
}
