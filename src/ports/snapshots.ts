/**
 * One text that is carried from tick to tick in a cache. Others may write there and it may be lost,
 * so what is loaded is untrusted, and neither method ever throws.
 */
export interface Snapshots {
  /** The newest text; `undefined` when there is none, or none that can be had. */
  load(): Promise<string | undefined>;
  /** Keeps a text. That it may not, or cannot, is normal and only logged. */
  save(text: string): Promise<void>;
}
