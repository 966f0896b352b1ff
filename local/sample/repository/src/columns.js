import { CsvError } from "./csv-error.js";

/** Returns the records with the named columns only, in the order of the names. */
export function selectColumns(records, names) {
  const [header = []] = records;
  const positions = names.map((name) => positionOf(header, name));
  return records.map((fields) => positions.map((position) => fields[position] ?? ""));
}

function positionOf(header, name) {
  const position = header.indexOf(name);
  if (position === -1) {
    throw new CsvError(`There is no column '${name}'; the columns are ${header.join(", ")}.`);
  }
  return position;
}
