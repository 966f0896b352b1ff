import type { BundledFile } from "../core/delivery/path-policy.ts";

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
  /**
   * Whether a commit that people pushed merges without conflict into this one, by the history that
   * both have. Brings both here; false as well when they have none in common.
   */
  pushedMergesCleanly(pushedSha: string, tipSha: string): Promise<boolean>;
  /** Makes the one commit that is delivered or kept: the work's tree on the base. Returns its SHA. */
  commit(message: string, at: string): Promise<string>;
  /** Where a ref, by its full name, is on GitHub now; `undefined` when it does not exist. */
  readRef(ref: string): Promise<string | undefined>;
}
