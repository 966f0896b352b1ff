import { coerce } from "./coerce.js";
import { parse } from "./parse.js";
import { summarize } from "./summary.js";

const HEADINGS = ["column", "type", "filled", "distinct", "smallest", "largest"];

/** Returns a Markdown page about a CSV text: its size, the figures of each column, a first record. */
export function report(text) {
  const records = parse(text);
  const columns = summarize(records);
  const [first] = coerce(records);
  return [
    `${Math.max(records.length - 1, 0)} records of ${columns.length} columns.`,
    "",
    formatRow(HEADINGS),
    formatRow(HEADINGS.map(() => "---")),
    ...columns.map((column) => formatRow(Object.values(column))),
    "",
    `First record: \`${JSON.stringify(first)}\``,
    "",
  ].join("\n");
}

function formatRow(cells) {
  return `| ${cells.map((cell) => String(cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
}
