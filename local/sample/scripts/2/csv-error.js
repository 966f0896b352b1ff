/** Thrown when a text is not CSV. The message is a sentence for the person who wrote the text. */
export class CsvError extends Error {
  name = "CsvError";

  /** The line, from 1, on which the malformed record begins; `undefined` when no record is to blame. */
  line;

  constructor(message, { line } = {}) {
    super(line === undefined ? message : `Line ${line}: ${message}`);
    this.line = line;
  }
}
