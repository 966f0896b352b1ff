import type { Mapping } from "./value.ts";

/** Something that GitHub does and this engine does not: never skipped in silence. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

/** A workflow or action file that GitHub would refuse to start. */
export class InvalidFileError extends Error {
  override readonly name = "InvalidFileError";
}

/** Refuses every key that is not emulated, naming the place and the key. */
export function checkKeys(mapping: Mapping, place: string, emulated: readonly string[]): void {
  for (const key of Object.keys(mapping)) {
    if (!emulated.includes(key)) {
      throw new UnsupportedError(`${place}: the key '${key}' is not emulated.`);
    }
  }
}
