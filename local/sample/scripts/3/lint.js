import { CsvError } from "./csv-error.js";
import { parse } from "./parse.js";

/**
 * Returns everything that is wrong with a CSV text as `{ line, message }`, in the order of the
 * text. Lines count from 1. An empty list means that the file is fine.
 */
export function lint(text) {
  try {
    return lintRecords(parse(text));
  } catch (error) {
    if (error instanceof CsvError) {
      return [{ line: error.line, message: error.message }];
    }
    throw error;
  }
}

function lintRecords(records) {
  const [header = [], ...rows] = records;
  const problems = duplicates(header).map((name) => ({
    line: 1,
    message: `The column '${name}' occurs twice.`,
  }));
  let line = 1 + linesOf(header);
  for (const fields of rows) {
    if (fields.length !== header.length) {
      problems.push({
        line,
        message: `${fields.length} fields, but the header has ${header.length}.`,
      });
    }
    line += linesOf(fields);
  }
  return problems;
}

function duplicates(names) {
  return [...new Set(names.filter((name, position) => names.indexOf(name) !== position))];
}

function linesOf(fields) {
  return fields.reduce((lines, field) => lines + field.split("\n").length - 1, 1);
}
