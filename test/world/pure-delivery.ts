import type { BundledFile } from "../../src/core/delivery/path-policy.ts";
import type { SessionResult } from "../../src/core/session/session-result.ts";
import type { Delivery, PushedMerge } from "../../src/ports/delivery.ts";
import { sha } from "./an-issue.ts";
import { branchName } from "./pure-journal.ts";
import { digestOf } from "./pure-workspace.ts";

export interface PureDeliveryOptions {
  /** What arrived: a result, any text, or nothing. */
  readonly result?: SessionResult | string | undefined;
  /** Files of the bundle, or why it cannot be opened. */
  readonly files?: readonly BundledFile[] | { readonly error: string };
  readonly mergesCleanly?: boolean;
  readonly branches?: ReadonlyMap<string, string>;
  /** Whether the base branch has a commit of people's already. */
  readonly isMerged?: (sha: string) => boolean;
}

/** A hand-off that arrived on the control runner, without any git. */
export class PureDelivery implements Delivery {
  /** Messages of the commits that were made. */
  readonly commits: string[] = [];
  /** Tips that the work was merged with, to see whether that is possible. */
  readonly mergedWith: string[] = [];
  readonly #options: PureDeliveryOptions;
  #base = "";

  constructor(options: PureDeliveryOptions = {}) {
    this.#options = options;
  }

  async digest(): Promise<string> {
    return digestOf((await this.readResult()) ?? "");
  }

  async readResult(): Promise<string | undefined> {
    const { result } = this.#options;
    return typeof result === "object" ? JSON.stringify(result) : result;
  }

  async open(baseSha: string): Promise<readonly BundledFile[] | { readonly error: string }> {
    this.#base = baseSha;
    return this.#options.files ?? [aBundledFile()];
  }

  async mergesCleanly(tipSha: string): Promise<boolean> {
    this.mergedWith.push(tipSha);
    return this.#options.mergesCleanly ?? true;
  }

  async mergePushed(pushedSha: string, tipSha: string): Promise<PushedMerge> {
    this.mergedWith.push(`${pushedSha} ${tipSha}`);
    if (this.#options.isMerged?.(pushedSha) === true) {
      return "contained";
    }
    return (this.#options.mergesCleanly ?? true) ? "clean" : "conflict";
  }

  async commit(message: string, at: string): Promise<string> {
    this.commits.push(message);
    return sha(`${this.#base} ${at} ${message}`);
  }

  async readRef(ref: string): Promise<string | undefined> {
    return this.#options.branches?.get(branchName(ref));
  }
}

export function aBundledFile(fields: Partial<BundledFile> = {}): BundledFile {
  return {
    path: "src/thing.ts",
    change: "modified",
    mode: "100644",
    oldMode: "100644",
    bytes: 100,
    ...fields,
  };
}
