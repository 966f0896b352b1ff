/** Returns the records as lines of text with aligned columns, two spaces between them. */
export function formatTable(records) {
  const widths = [];
  for (const fields of records) {
    fields.forEach((field, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(field));
    });
  }
  return records.map((fields) => formatLine(fields, widths)).join("\n");
}

function formatLine(fields, widths) {
  return fields
    .map((field, column) => field + " ".repeat(widths[column] - displayWidth(field)))
    .join("  ")
    .trimEnd();
}

function displayWidth(text) {
  return text.length;
}
