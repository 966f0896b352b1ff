/** Bytes of a text in UTF-8; a lone surrogate is written as the replacement character. */
export function countBytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (codePoint < 0x80) {
      bytes += 1;
    } else if (codePoint < 0x8_00) {
      bytes += 2;
    } else {
      bytes += codePoint < 0x1_00_00 ? 3 : 4;
    }
  }
  return bytes;
}

/**
 * Takes lines from the front until one more would not fit into `maxBytes`, line ends included. The
 * lines are asked for one by one, so that a generator formats no more than are shown.
 */
export function takeLines(lines: Iterable<string>, maxBytes: number): readonly string[] {
  const taken: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += countBytes(line) + 1;
    if (bytes > maxBytes) {
      break;
    }
    taken.push(line);
  }
  return taken;
}
