/** Returns the CSV text of some records. Fields are quoted only where CSV needs it. */
export function stringify(records) {
  return records.map((fields) => `${fields.map(formatField).join(",")}\n`).join("");
}

function formatField(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
