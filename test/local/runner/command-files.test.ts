import { describe, expect, it } from "vitest";

import { parseCommandFile, parsePathFile } from "../../../local/runner/command-files.ts";

describe("parseCommandFile", () => {
  it.each([
    ["a plain line", "a=b\n", { a: "b" }],
    ["a line without line break", "a=b", { a: "b" }],
    ["an equals sign in the value", "a=b=c\n", { a: "b=c" }],
    ["an empty value", "a=\n", { a: "" }],
    ["a block", "a<<EOF\none\ntwo\nEOF\n", { a: "one\ntwo" }],
    ["an empty block", "a<<EOF\nEOF\n", { a: "" }],
    ["a line that looks like an entry inside a block", "a<<EOF\nb=c\nEOF\n", { a: "b=c" }],
    ["a delimiter with text behind it inside a block", "a<<E\nE x\nE\n", { a: "E x" }],
    ["an equals sign before the two signs", "a=b<<c\n", { a: "b<<c" }],
    ["an equals sign behind the two signs", "a<<x=y\n1\nx=y\n", { a: "1" }],
    ["the later of two entries", "a=1\na=2\n", { a: "2" }],
    ["blank lines", "\na=1\n\nb=2\n", { a: "1", b: "2" }],
    ["Windows line breaks", "a=1\r\nb=2\r\n", { a: "1", b: "2" }],
  ])("reads %s", (_, text, expected) => {
    const entries = parseCommandFile(text);

    expect(Object.fromEntries(entries)).toEqual(expected);
  });

  it.each([
    ["a line without sign", "nothing\n", "Invalid format 'nothing'"],
    ["an entry without name", "=x\n", "Invalid format '=x'. Name must not be empty"],
    ["an open block", "a<<EOF\none\n", "Matching delimiter not found 'EOF'"],
    ["a block that ends without line break", "a<<EOF\none", "EOF marker missing new line"],
    ["a block without delimiter", "a<<\none\n", "Delimiter must not be empty"],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseCommandFile(text)).toThrow(message);
  });
});

describe("parsePathFile", () => {
  it("reads one directory per line", () => {
    expect(parsePathFile("/a\r\n\n/b c\n")).toEqual(["/a", "/b c"]);
  });
});
