import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { countBytes, takeLines } from "../../../src/core/text/byte-length.ts";

const anyText = fc
  .array(fc.constantFrom("a", "é", "\u202E", "語", "🕸", "\uD83D", "\n", ""))
  .map((parts) => parts.join(""));

describe("countBytes", () => {
  it("counts what is written to a file", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(countBytes(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });
});

describe("takeLines", () => {
  it("takes as many as fit, line ends included, and no more", () => {
    fc.assert(
      fc.property(fc.array(anyText), fc.nat(60), (lines, maxBytes) => {
        const taken = takeLines(lines, maxBytes);
        const bytes = (count: number): number =>
          Buffer.byteLength(
            lines
              .slice(0, count)
              .map((line) => `${line}\n`)
              .join(""),
          );

        expect(taken).toEqual(lines.slice(0, taken.length));
        expect(bytes(taken.length)).toBeLessThanOrEqual(maxBytes);
        expect(taken.length === lines.length || bytes(taken.length + 1) > maxBytes).toBe(true);
      }),
    );
  });
});
