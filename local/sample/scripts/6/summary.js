import { typeOf } from "./types.js";

/** Returns per column its type, how many fields are filled and distinct, and the extreme values. */
export function summarize(records) {
  const [header = [], ...rows] = records;
  return header.map((name, column) =>
    summarizeColumn(
      name,
      rows.map((fields) => fields[column] ?? ""),
    ),
  );
}

function summarizeColumn(name, values) {
  const type = typeOf(values);
  const filled = values.filter((value) => value !== "");
  const sorted = filled.toSorted(type === "integer" || type === "number" ? byNumber : byText);
  return {
    name,
    type,
    filled: filled.length,
    distinct: new Set(filled).size,
    smallest: sorted.at(0),
    largest: sorted.at(-1),
  };
}

function byNumber(left, right) {
  return Number(left) - Number(right);
}

function byText(left, right) {
  return left < right ? -1 : Number(left > right);
}
