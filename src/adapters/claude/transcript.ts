import { createWriteStream, type WriteStream } from "node:fs";

/** Longest transcript, in characters: it waits in memory when the disk is slower than the agent. */
const MAX_LENGTH = 32 * 1024 * 1024;

/** What the agent's process said, line by line, for people; never with the credential in it. */
export class Transcript {
  readonly #stream: WriteStream;
  readonly #secret: string;
  readonly #maxLength: number;
  #length = 0;

  constructor(path: string, secret: string, maxLength = MAX_LENGTH) {
    this.#stream = createWriteStream(path);
    // A full disk costs people the transcript, not the session.
    this.#stream.on("error", () => (this.#length = Number.POSITIVE_INFINITY));
    this.#secret = secret;
    this.#maxLength = maxLength;
  }

  /** Writes a line; one that would make it too long is its last, and says so. */
  write(line: string): void {
    if (this.#length > this.#maxLength) {
      return;
    }
    const text = line.replaceAll(this.#secret, "***");
    this.#length += text.length + 1;
    const isLast = this.#length > this.#maxLength;
    this.#stream.write(isLast ? `${JSON.stringify({ type: "transcript_cut" })}\n` : `${text}\n`);
  }
}
