const FORMULA = /^[=+\-@]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Returns the CSV text of some records. Fields are quoted only where CSV needs it. With
 * `guardFormulas` an apostrophe goes before each field that a spreadsheet would run as a formula.
 */
export function stringify(records, { guardFormulas = false } = {}) {
  const prepare = guardFormulas ? guardFormula : (text) => text;
  return records
    .map((fields) => `${fields.map((value) => formatField(value, prepare)).join(",")}\n`)
    .join("");
}

function formatField(value, prepare) {
  const text = prepare(String(value ?? ""));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function guardFormula(text) {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
