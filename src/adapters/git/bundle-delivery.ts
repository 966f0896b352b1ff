import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { BundledFile } from "../../core/delivery/path-policy.ts";
import type { Delivery, PushedMerge } from "../../ports/delivery.ts";
import { hashHandoff } from "../handoff-digest.ts";
import type { Git } from "./git.ts";
import { mergeHistories } from "./merge-histories.ts";
import { mergeTrees } from "./merge-trees.ts";
import { tryReadRef } from "./read-branch.ts";

/** The one ref that a bundle of ours holds; anything else in it is not looked at. */
const WORK_REF = "refs/water-spider/work";

const LOCAL_REF = "refs/handoff/work";

/** Every object of a bundle is looked at before it is kept. */
const STRICT = ["-c", "fetch.fsckObjects=true", "-c", "transfer.fsckObjects=true"] as const;

const RAW_DIFF = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"] as const;

export interface BundleDeliveryOptions {
  /** The bare repository from which the journal is pushed too: result and branch travel together. */
  readonly git: Git;
  readonly remoteUrl: string;
  /** Directory into which the session's artifact was downloaded. */
  readonly directory: string;
}

/** A session's bundle on the control runner. Nothing from it is checked out, built or run. */
export class BundleDelivery implements Delivery {
  readonly #options: BundleDeliveryOptions;
  #base = "";
  #head = "";

  constructor(options: BundleDeliveryOptions) {
    this.#options = options;
  }

  async digest(): Promise<string> {
    return await hashHandoff(this.#options.directory);
  }

  async readResult(): Promise<string | undefined> {
    try {
      return await readFile(join(this.#options.directory, "result.json"), "utf8");
    } catch {
      return undefined;
    }
  }

  async open(baseSha: string): Promise<readonly BundledFile[] | { readonly error: string }> {
    const { git, remoteUrl, directory } = this.#options;
    await git.run(["fetch", "--quiet", "--depth=1", "--no-tags", remoteUrl, baseSha]);
    const bundle = join(directory, "changes.bundle");
    const fetched = await git.try([
      ...STRICT,
      "fetch",
      "--quiet",
      "--no-tags",
      bundle,
      `+${WORK_REF}:${LOCAL_REF}`,
    ]);
    if (fetched.exitCode !== 0) {
      return { error: fetched.stderr.trim().split("\n").at(-1) ?? "git refuses it" };
    }
    this.#base = baseSha;
    this.#head = await git.run(["rev-parse", LOCAL_REF]);
    const parents = await git.run(["log", "-1", "--format=%P", this.#head]);
    return parents === baseSha
      ? await this.#listFiles()
      : { error: `its work does not follow the base ${baseSha}` };
  }

  async mergesCleanly(tipSha: string): Promise<boolean> {
    const { git, remoteUrl } = this.#options;
    await git.run(["fetch", "--quiet", "--depth=1", "--no-tags", remoteUrl, tipSha]);
    return (await mergeTrees(git, this.#base, tipSha, this.#head)) !== undefined;
  }

  async mergePushed(pushedSha: string, tipSha: string): Promise<PushedMerge> {
    const { git, remoteUrl } = this.#options;
    return await mergeHistories(git, remoteUrl, pushedSha, tipSha);
  }

  async commit(message: string, at: string): Promise<string> {
    const seconds = Math.floor(Date.parse(at) / 1000);
    const date = `${seconds} +0000`;
    const git = this.#options.git.with({
      environment: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
    const args = ["commit-tree", `${this.#head}^{tree}`, "-p", this.#base, "-F", "-"];
    return await git.run(args, message);
  }

  async readRef(ref: string): Promise<string | undefined> {
    const { git, remoteUrl } = this.#options;
    return await tryReadRef(git, remoteUrl, ref);
  }

  async #listFiles(): Promise<readonly BundledFile[]> {
    const { git } = this.#options;
    const listing = await git.run([...RAW_DIFF, this.#base, this.#head]);
    const parts = listing.split("\0").filter((part) => part !== "");
    const entries: { readonly raw: readonly string[]; readonly path: string }[] = [];
    for (let index = 0; index + 1 < parts.length; index += 2) {
      entries.push({ raw: (parts[index] ?? "").slice(1).split(" "), path: parts[index + 1] ?? "" });
    }
    const sizes = await this.#sizes(entries.map(({ raw }) => raw[3] ?? ""));
    return entries.map(({ raw, path }, index) => {
      const [oldMode = "", mode = ""] = raw;
      return { path, oldMode, mode, change: changeOf(oldMode, mode), bytes: sizes[index] ?? 0 };
    });
  }

  /** Sizes of blobs in bytes; what is no blob here, for example a deleted file, has none. */
  async #sizes(objects: readonly string[]): Promise<readonly number[]> {
    const answer = await this.#options.git.run(
      ["cat-file", "--batch-check=%(objectsize)"],
      objects.map((object) => `${object}\n`).join(""),
    );
    return answer.split("\n").map((line) => (/^\d+$/.test(line) ? Number(line) : 0));
  }
}

function changeOf(oldMode: string, mode: string): BundledFile["change"] {
  if (oldMode === "000000") {
    return "added";
  }
  return mode === "000000" ? "deleted" : "modified";
}
