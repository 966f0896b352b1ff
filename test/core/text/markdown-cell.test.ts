import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatCell } from "../../../src/core/text/markdown-cell.ts";
import { hostileTexts } from "../../arbitraries/session.ts";

describe("formatCell", () => {
  it("keeps code spans and escapes what is around them", () => {
    expect(formatCell("Set `a_b|c` [again] | <b>&amp; *now*\n$1`")).toBe(
      String.raw`Set ${"`a_b/c`"} \[again\] \| &lt;b&gt;&amp;amp; \*now\* \$1'`,
    );
  });

  it("is one line of one cell without anything invisible, whatever the text is", () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        const cell = formatCell(text);
        const plain = cell.replaceAll(/`[^`]*`/gu, "").replaceAll(/\\./gu, "");

        expect(cell).not.toMatch(/(?![\u200B\u2060])[\p{C}\u2028\u2029]/u);
        expect(cell.split(/(?<!\\)\|/u)).toHaveLength(1);
        expect(plain).not.toMatch(/[<>[\]`*_~$|]/u);
      }),
    );
  });
});
