import type { BundledFile } from "../core/delivery/path-policy.ts";

/**
 * `contained` = it is part of the other one already; `conflict` also when the two have no history in
 * common.
 */
export type PushedMerge = "clean" | "conflict" | "contained";

/** The hand-off of one session, opened on the control runner; nothing in it is ever executed. */
export interface Delivery {
  /** SHA-256 of the files that arrived, in hex. */
  digest(): Promise<string>;
  /** Text of result.json; `undefined` when the session left none. */
  readResult(): Promise<string | undefined>;
  /**
   * Brings the bundle's work in beside its base. Returns every file that differs, or a sentence
   * that says why the bundle cannot be used.
   */
  open(baseSha: string): Promise<readonly BundledFile[] | { readonly error: string }>;
  /** Whether the work merges without conflict into this commit. */
  mergesCleanly(tipSha: string): Promise<boolean>;
  /** How a commit that people pushed merges into this one, by the history that both have. */
  mergePushed(pushedSha: string, tipSha: string): Promise<PushedMerge>;
  /** Makes the one commit that is delivered or kept: the work's tree on the base. Returns its SHA. */
  commit(message: string, at: string): Promise<string>;
  /** Where a ref, by its full name, is on GitHub now; `undefined` when it does not exist. */
  readRef(ref: string): Promise<string | undefined>;
}
