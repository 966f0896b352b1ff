import { describe, expect, it } from "vitest";

import {
  END_MARKER,
  formatActionTables,
  replaceBetweenMarkers,
  START_MARKER,
} from "../../../scripts/docs/action-table.ts";

describe("formatActionTables", () => {
  it("shows name, description, default and necessity of inputs, then the outputs", () => {
    const tables = formatActionTables(`
inputs:
  issue: { description: Number of the issue., required: true }
  dry-run: { description: Print only., default: false }
outputs:
  plan: { description: Path of the plan. }
`);

    expect(tables).toBe(
      [
        "### Inputs",
        "",
        "| Name | Description | Default | Required |",
        "| --- | --- | --- | --- |",
        "| `issue` | Number of the issue. | none | yes |",
        "| `dry-run` | Print only. | `false` | no |",
        "",
        "### Outputs",
        "",
        "| Name | Description |",
        "| --- | --- |",
        "| `plan` | Path of the plan. |",
      ].join("\n"),
    );
  });

  it("keeps a description of several lines with bars in one cell", () => {
    const tables = formatActionTables(
      "inputs:\n  mode:\n    description: |\n      a | b\n      second line\n",
    );

    expect(tables).toContain("| `mode` | a \\| b second line | none | no |");
  });

  it("says so when there is nothing to list", () => {
    expect(formatActionTables("name: x\n")).toBe("### Inputs\n\nNone.\n\n### Outputs\n\nNone.");
  });

  it("refuses an action.yml whose inputs are not a mapping", () => {
    expect(() => formatActionTables("inputs: [a]\n")).toThrow(/Invalid type/);
  });
});

describe("replaceBetweenMarkers", () => {
  it("replaces what stands between the markers and nothing else", () => {
    const text = `# Title\n${START_MARKER}\nold\n${END_MARKER}\nafter\n`;

    const replaced = replaceBetweenMarkers(text, "new");

    expect(replaced).toBe(`# Title\n${START_MARKER}\n\nnew\n\n${END_MARKER}\nafter\n`);
  });

  it("changes nothing when applied to its own result", () => {
    const once = replaceBetweenMarkers(`${START_MARKER}${END_MARKER}`, "new") ?? "";

    expect(replaceBetweenMarkers(once, "new")).toBe(once);
  });

  it.each(["no markers", START_MARKER, END_MARKER, `${END_MARKER}\n${START_MARKER}`])(
    "returns undefined when the markers are not there in order: %j",
    (text) => {
      expect(replaceBetweenMarkers(text, "new")).toBeUndefined();
    },
  );
});
