import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LineSplitter } from "../../../src/adapters/claude/line-splitter.ts";

function split(bytes: Uint8Array, cuts: readonly number[]): readonly string[] {
  const splitter = new LineSplitter();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  const lines: string[] = [];
  let start = 0;
  for (const end of ends) {
    lines.push(...splitter.push(bytes.subarray(start, end)));
    start = end;
  }
  return [...lines, ...splitter.end()];
}

describe("LineSplitter", () => {
  it("gives the same lines in whatever portions the bytes arrive", () => {
    const texts = fc
      .array(fc.constantFrom("a", "\n", "\r\n", "é", "日本", "🚀", "{}", "\ufeff"), {
        maxLength: 30,
      })
      .map((parts) => new TextEncoder().encode(parts.join("")));
    const bytes = fc.oneof(texts, fc.uint8Array({ maxLength: 60 }));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), (content, cuts) => {
        expect(split(content, cuts)).toEqual(split(content, []));
      }),
      { numRuns: 500 },
    );
  });

  it("gives back the lines that were written, the last one without line feed too", () => {
    const lines = fc.array(
      fc.string({ unit: "grapheme" }).filter((line) => !/[\n\ufeff]/.test(line)),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(lines, (written) => {
        const bytes = new TextEncoder().encode(written.join("\n"));

        expect(split(bytes, []).join("\n")).toBe(written.join("\n").replace(/\n$/, ""));
      }),
    );
  });

  it("holds on to no more than a line may be long", () => {
    const splitter = new LineSplitter();
    const chunk = new Uint8Array(3 * 1024 * 1024).fill(0x61);

    splitter.push(chunk);
    splitter.push(chunk);
    const [cut, next] = splitter.push(new TextEncoder().encode("b\nnext\n"));

    expect(cut).toBe("a".repeat(4 * 1024 * 1024));
    expect(next).toBe("next");
  });
});
