import type { Git } from "./git.ts";

/** Known to every git; what is compared with it is there as a whole. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

const CHANGED_FILES = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"] as const;

interface ChangedFile {
  readonly path: string;
  /** `undefined` = there is no such file any more. */
  readonly object: string | undefined;
}

/**
 * Reads the files of commits, one commit after the other, and parses each text once: git passes
 * over the folders that did not change, and only blobs that did travel to this process.
 */
export class TreeReader<T> {
  readonly #git: Git;
  readonly #parse: (path: string, text: string) => T;
  #commit = EMPTY_TREE;
  #files: ReadonlyMap<string, T> = new Map();

  constructor(git: Git, parse: (path: string, text: string) => T) {
    this.#git = git;
    this.#parse = parse;
  }

  /**
   * Returns what the files of the commit say, by path. Two processes whatever their number; a blob
   * that is not UTF-8 arrives with replacement characters and is refused by whoever parses it.
   */
  async read(commit: string): Promise<ReadonlyMap<string, T>> {
    const changes = await this.#listChanges(commit);
    const texts = await this.#readTexts(changes.flatMap(({ object }) => object ?? []));
    const files = new Map(this.#files);
    for (const { path, object } of changes) {
      const text = object === undefined ? undefined : texts.next().value;
      if (text === undefined) {
        files.delete(path);
      } else {
        files.set(path, this.#parse(path, text));
      }
    }
    this.#files = files;
    this.#commit = commit;
    return files;
  }

  async #listChanges(commit: string): Promise<readonly ChangedFile[]> {
    const listing = await this.#git.run([...CHANGED_FILES, this.#commit, commit]);
    const fields = listing.split("\0");
    const changes: ChangedFile[] = [];
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [, mode = "", , object = ""] = (fields[at] ?? "").split(" ");
      // A submodule names a commit of another repository: it is no file.
      const isFile = mode !== "000000" && mode !== "160000";
      changes.push({ path: fields[at + 1] ?? "", object: isFile ? object : undefined });
    }
    return changes;
  }

  async #readTexts(objects: readonly string[]): Promise<Iterator<string, undefined>> {
    if (objects.length === 0) {
      return [][Symbol.iterator]();
    }
    const batch = ["cat-file", "--buffer", "--batch=%(objectname) %(objectsize)"];
    const { stdout } = await this.#git.try(batch, `${objects.join("\n")}\n`);
    return parseBatch(stdout, objects);
  }
}

function* parseBatch(output: Buffer, objects: readonly string[]): Generator<string, undefined> {
  let at = 0;
  for (const object of objects) {
    const lineEnd = output.indexOf("\n", at);
    const [name, size] = output.toString("latin1", at, lineEnd).split(" ");
    const end = lineEnd + 1 + Number(size);
    if (lineEnd < 0 || name !== object || !Number.isSafeInteger(end) || end > output.length) {
      throw new Error(`The object ${object} is missing or cannot be read.`);
    }
    yield output.toString("utf8", lineEnd + 1, end);
    at = end + 1;
  }
  return undefined;
}
