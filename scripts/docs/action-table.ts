import * as v from "valibot";
import { parse } from "yaml";

import { formatTable } from "./markdown-table.ts";

/** A README keeps its text; only what stands between these two lines is generated. */
export const START_MARKER = "<!-- generated from action.yml: start -->";
export const END_MARKER = "<!-- generated from action.yml: end -->";

const actionSchema = v.object({
  inputs: v.optional(
    v.record(
      v.string(),
      v.object({
        description: v.optional(v.string(), ""),
        default: v.optional(v.union([v.string(), v.number(), v.boolean()])),
        required: v.optional(v.boolean(), false),
      }),
    ),
    {},
  ),
  outputs: v.optional(
    v.record(v.string(), v.object({ description: v.optional(v.string(), "") })),
    {},
  ),
});

/** Returns the tables of inputs and outputs of an action.yml as Markdown. */
export function formatActionTables(actionYaml: string): string {
  const { inputs, outputs } = v.parse(actionSchema, parse(actionYaml));
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    code(name),
    cell(input.description),
    input.default === undefined || input.default === "" ? "none" : code(String(input.default)),
    input.required ? "yes" : "no",
  ]);
  const outputRows = Object.entries(outputs).map(([name, output]) => [
    code(name),
    cell(output.description),
  ]);
  return [
    "### Inputs",
    formatTable(["Name", "Description", "Default", "Required"], inputRows),
    "### Outputs",
    formatTable(["Name", "Description"], outputRows),
  ].join("\n\n");
}

/** Puts `generated` between the two markers of `text`; returns `undefined` when they are not there in order. */
export function replaceBetweenMarkers(
  text: string,
  generated: string,
  [startMarker, endMarker]: readonly [string, string] = [START_MARKER, END_MARKER],
): string | undefined {
  const start = text.indexOf(startMarker);
  const end = text.indexOf(endMarker);
  if (start === -1 || end < start) {
    return undefined;
  }
  return `${text.slice(0, start + startMarker.length)}\n\n${generated}\n\n${text.slice(end)}`;
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** A bar or a line break would end the cell. */
function cell(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|");
}
