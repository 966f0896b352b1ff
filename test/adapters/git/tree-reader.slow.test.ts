import { beforeEach, describe, expect, it } from "vitest";

import { Git, type GitOutput } from "../../../src/adapters/git/git.ts";
import { TreeReader } from "../../../src/adapters/git/tree-reader.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** A git that counts the commands it is given. */
class CountingGit extends Git {
  readonly commands: string[] = [];

  override async try(args: readonly string[], input?: string | Buffer): Promise<GitOutput> {
    this.commands.push(args[0] ?? "");
    return await super.try(args, input);
  }
}

describe("TreeReader", () => {
  let git: CountingGit;
  let parsed: string[];
  let reader: TreeReader<string>;

  beforeEach(async () => {
    const cwd = await temporaryDirectory();
    await new Git({ cwd }).run(["init", "--quiet", "--bare", "."]);
    git = new CountingGit({ cwd });
    parsed = [];
    reader = new TreeReader(git, (path, text) => {
      parsed.push(path);
      return text;
    });
  });

  /** A commit of these files, by path, and of nothing else. */
  async function commit(files: Readonly<Record<string, string>>, submodule = ""): Promise<string> {
    const stream = [
      "commit refs/heads/work\nmark :1\ncommitter A <a@example.org> 1 +0000\ndata 0\ndeleteall\n",
      ...Object.entries(files).map(
        ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
      ),
      submodule === "" ? "" : `M 160000 ${"1".repeat(40)} ${submodule}\n`,
      "get-mark :1\ndone\n",
    ];
    return await new Git({ cwd: await git.run(["rev-parse", "--absolute-git-dir"]) }).run(
      ["fast-import", "--quiet", "--force", "--done"],
      stream.join(""),
    );
  }

  it("reads all files of the first commit with two commands, however many", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`issues/${index % 10}/${index}`, `text ${index}`]),
    );
    const first = await commit(files);
    git.commands.length = 0;

    const read = await reader.read(first);

    expect(Object.fromEntries(read)).toEqual(files);
    expect(git.commands).toEqual(["diff-tree", "cat-file"]);
  });

  it("parses only what changed since the commit before, and forgets what was removed", async () => {
    await reader.read(await commit({ a: "1", "b/c": "2", "b/d": "3", e: "" }));
    parsed.length = 0;

    const read = await reader.read(await commit({ a: "1", "b/c": "two", f: "6\n" }));

    expect(Object.fromEntries(read)).toEqual({ a: "1", "b/c": "two", f: "6\n" });
    expect(parsed.toSorted()).toEqual(["b/c", "f"]);
  });

  it("follows a ref to any commit, back as well", async () => {
    const old = await commit({ a: "1", b: "2" });
    const young = await commit({ a: "one", c: "3" });

    await reader.read(young);

    expect(Object.fromEntries(await reader.read(old))).toEqual({ a: "1", b: "2" });
  });

  it("asks for no text when none changed", async () => {
    await reader.read(await commit({ a: "1", b: "2" }));
    const next = await commit({ a: "1" });
    git.commands.length = 0;

    const read = await reader.read(next);

    expect([...read.keys()]).toEqual(["a"]);
    expect(git.commands).toEqual(["diff-tree"]);
  });

  it("takes a submodule for no file, also where a file was", async () => {
    await reader.read(await commit({ a: "1", b: "2" }));

    const read = await reader.read(await commit({ a: "1" }, "b"));

    expect([...read.keys()]).toEqual(["a"]);
  });

  it("remembers what it knew when a commit cannot be read", async () => {
    const known = await commit({ a: "1" });
    await reader.read(known);

    await expect(reader.read("2".repeat(40))).rejects.toThrow("git diff-tree failed");
    expect(Object.fromEntries(await reader.read(known))).toEqual({ a: "1" });
  });
});
