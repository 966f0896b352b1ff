import { typeOf } from "./types.js";

const READERS = {
  integer: Number,
  number: Number,
  boolean: (text) => text.toLowerCase() === "true",
  date: (text) => new Date(`${text}T00:00:00Z`),
  text: (text) => text,
};

/**
 * Returns the records after the header as objects by column name. A value has the type of its
 * whole column; an empty field is `undefined`.
 */
export function coerce(records) {
  const [header = [], ...rows] = records;
  const readers = header.map((_, column) => READERS[typeOf(valuesOf(rows, column))]);
  return rows.map((fields) =>
    Object.fromEntries(
      header.map((name, column) => [name, readField(fields[column] ?? "", readers[column])]),
    ),
  );
}

function valuesOf(rows, column) {
  return rows.map((fields) => fields[column] ?? "");
}

function readField(text, reader) {
  return text === "" ? undefined : reader(text);
}
