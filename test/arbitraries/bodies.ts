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

/** What the grammar builds blocks of, and references and disguised words in them. */
const anyBlockPart = fc.constantFrom(
  "Blocked by #3",
  "Depends on:",
  "## Depends on",
  "- #4",
  "- #5 first",
  "1. #6",
  "#7",
  "**Blocked by:** #3",
  "- **Depends on** #9",
  "**Note** and **more**",
  "plain words, with snake_case",
  "`code`",
  "```",
  "```js",
  "````",
  "~~~",
  "~~~~ x",
  "    Blocked by #1",
  "  Blocked by #2",
  "   ```",
  "\t```",
  "> Blocked by #8",
  "> ```",
  "- a",
  "- ```",
  "2) b",
  "- [ ] #3",
  "- [x] done",
  "<div>",
  "</div>",
  "<!-- x -->",
  "<!-- x",
  "-->",
  "<!-->",
  "  <!-- y",
  "<pre>",
  "</pre>",
  "<?x",
  "<!X y>",
  "[a]: https://github.com/octo/spider/issues/5",
  "Blocked by [a]",
  "[Blocked](u) by #3",
  "bl**ock**ed by #4",
  "B<b>locked</b> by #5",
  "de[pend](u)s on #6",
  "&#98;locked by #8",
  "depend\u017F on #4",
  "bloc\u212Aed by #5",
  "Block\u200Bed by #6",
  "===",
  "---",
  "-",
  "\\",
  "",
  "  ",
);

/** Bodies in which blocks begin and end where one would not think so. */
export const anyBlockBody: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(anyBlockPart, fc.constantFrom("\n", "\n", "\n\n", "\n\n", "\r\n", "\n \n", "\n\t\n")),
    { maxLength: 14 },
  )
  .map((parts) => parts.map(([part, end]) => part + end).join(""));
