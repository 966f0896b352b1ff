import { describe, expect, it } from "vitest";

import { Masker } from "../../../local/runner/masking.ts";

const SECRET = `p"q's & <secret>/value`;

function aMasker(...secrets: readonly string[]): Masker {
  const masker = new Masker();
  secrets.forEach((secret) => masker.add(secret));
  return masker;
}

describe("Masker", () => {
  it.each([
    ["the value itself", SECRET],
    ["JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["a URI part", encodeURIComponent(SECRET)],
    ["XML", "p&quot;q&apos;s &amp; &lt;secret&gt;/value"],
    ["a quoted argument", SECRET.replaceAll('"', '\\"')],
    ["an expression literal", SECRET.replaceAll("'", "''")],
    ["base64", Buffer.from(SECRET).toString("base64").replace(/=+$/, "")],
  ])("masks a secret written as %s", (_, written) => {
    const masked = aMasker(SECRET).mask(`before ${written} after`);

    expect(masked).toBe("before *** after");
  });

  it.each([0, 1, 2])("leaves no whole group of a secret in base64 at offset %i", (offset) => {
    const secret = "abcdefghijkl-mnopqrst";
    const encoded = Buffer.from("u".repeat(offset) + secret + ":rest").toString("base64");

    const masked = aMasker(secret).mask(encoded);

    expect(masked).toContain("***");
    expect(masked.length).toBeLessThan(encoded.length - 15);
  });

  it("masks each line of a secret of several lines", () => {
    expect(aMasker("line one\nline two").mask("x line two y line one")).toBe("x *** y ***");
  });

  it("masks overlapping secrets as one", () => {
    expect(aMasker("abcdef", "defghi").mask("<abcdefghi>")).toBe("<***>");
  });

  it("leaves text without secrets alone", () => {
    expect(aMasker("hunter2").mask("nothing here")).toBe("nothing here");
  });

  it("ignores blank secrets, which would mask everything", () => {
    expect(aMasker("", " ", "\n").mask("a b")).toBe("a b");
  });
});
