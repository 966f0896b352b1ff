/** Longest line that is kept, in UTF-16 units; the CLI cuts the output of tools far below it. */
const MAX_LINE = 4 * 1024 * 1024;

/**
 * Splits a stream into lines: bytes in any portions, UTF-8 never broken. A longer line than may be
 * is cut; what it costs is its own length, however many portions it comes in.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder("utf-8");
  /** The line that has begun, in the portions that came. */
  #parts: string[] = [];
  #length = 0;

  /** Returns the lines that are complete now. */
  push(chunk: Uint8Array): readonly string[] {
    const [first = "", ...others] = this.#decoder.decode(chunk, { stream: true }).split("\n");
    const last = others.pop();
    this.#add(first);
    if (last === undefined) {
      return [];
    }
    const lines = [this.#take(), ...others.map((line) => line.slice(0, MAX_LINE))];
    this.#add(last);
    return lines;
  }

  /** Returns what stood after the last line feed. */
  end(): readonly string[] {
    this.#add(this.#decoder.decode());
    return this.#length === 0 ? [] : [this.#take()];
  }

  #add(part: string): void {
    const kept = part.slice(0, MAX_LINE - this.#length);
    if (kept !== "") {
      this.#parts.push(kept);
      this.#length += kept.length;
    }
  }

  #take(): string {
    const line = this.#parts.join("");
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}
