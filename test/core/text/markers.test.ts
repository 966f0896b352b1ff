import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { blockOf, onceMarker, STATUS_MARKER, withBlock } from "../../../src/core/text/markers.ts";
import { hostileTexts } from "../../arbitraries/session.ts";

const BEGIN = "<!-- water-spider:begin -->";
const END = "<!-- water-spider:end -->";

describe("markers", () => {
  it("differ between the status comment and comments that are written once", () => {
    expect(STATUS_MARKER).toBe("<!-- water-spider:status -->");
    expect(onceMarker("cycle-12")).toBe("<!-- water-spider:once cycle-12 -->");
  });
});

describe("withBlock", () => {
  it("appends the block to what people wrote", () => {
    expect(withBlock("Release 2", "33.3 %")).toBe(`Release 2\n\n${BEGIN}\n33.3 %\n${END}`);
  });

  it("is the whole description when there was none", () => {
    expect(withBlock("", "33.3 %")).toBe(`${BEGIN}\n33.3 %\n${END}`);
  });

  it("replaces the block and leaves the rest", () => {
    const before = `Above\n${BEGIN}\nold\n${END}\nBelow`;

    expect(withBlock(before, "new")).toBe(`Above\n${BEGIN}\nnew\n${END}\nBelow`);
  });

  it("keeps what stands after a start whose end somebody deleted", () => {
    const once = withBlock(`${BEGIN}\nold\nmine`, "new");

    const twice = withBlock(once, "newer");

    expect(twice).toContain("old\nmine");
    expect(blockOf(twice)).toBe("newer");
  });

  it("can be read back, and changes nothing when done twice [R08]", () => {
    const blocks = fc.string().map((text) => text.trim());
    fc.assert(
      fc.property(hostileTexts, blocks, (description, block) => {
        const once = withBlock(description, block);

        expect(blockOf(once)).toBe(block);
        expect(withBlock(once, block)).toBe(once);
        expect(once.startsWith(description.trimEnd())).toBe(true);
      }),
    );
  });

  it("has no block to read before one was written", () => {
    expect(blockOf(`${END} ${BEGIN}`)).toBeUndefined();
  });
});
