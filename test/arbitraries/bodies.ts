import fc from "fast-check";

const anyWord = fc.constantFrom(
  "Blocked by",
  "blocked-by:",
  "Depends on",
  "depends-on:",
  "#12",
  "#7",
  ",",
  "and",
  "octo/spider#3",
  "other/place#4",
  "https://github.com/octo/spider/issues/5",
  "fixes",
  "the parser",
  "#x",
  "123",
  "Paths: src/a.ts",
);

const anyPlainLine = fc.array(anyWord, { maxLength: 5 }).map((words) => words.join(" "));

/** Bodies without any markup, whose lines mean what they look like. */
export const anyPlainBody: fc.Arbitrary<string> = fc
  .array(
    fc
      .tuple(fc.constantFrom("", "", "- ", "+ ", "1. ", "12) ", "# ", "### "), anyPlainLine)
      .map(([prefix, line]) => (line === "" ? "" : prefix + line)),
    { maxLength: 8 },
  )
  .map((lines) => lines.join("\n"));

/** Bodies full of markup around the same words. */
export const anyHostileBody: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      anyWord,
      fc.constantFrom(
        "\n",
        "\n\n",
        "> ",
        "```\n",
        "`",
        "<!-- ",
        " -->",
        "- [ ] ",
        "**",
        "~~",
        "    ",
        "\t",
        "\\",
        "<details>",
        "\u202e",
        "\u0000",
        "[a](",
        ")",
        "\r\n",
        "&#10;",
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));
