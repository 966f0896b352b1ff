import { CsvError } from "./csv-error.js";

/**
 * Returns the records of a CSV text, each an array of fields. A field in double quotes may hold
 * commas, and two double quotes inside it stand for one. Empty lines are left out.
 */
export function parse(text) {
  const records = [];
  for (const line of text.split(/\r?\n/)) {
    if (line !== "") {
      records.push(parseRecord(line));
    }
  }
  return records;
}

function parseRecord(line) {
  const fields = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at];
    if (quoted && character === '"' && line[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (character === "," && !quoted) {
      fields.push(field);
      field = "";
    } else {
      field += character;
    }
  }
  if (quoted) {
    throw new CsvError("A quoted field is not closed.");
  }
  fields.push(field);
  return fields;
}
