/** Thrown when a text is not CSV. The message is a sentence for the person who wrote the text. */
export class CsvError extends Error {
  name = "CsvError";
}
