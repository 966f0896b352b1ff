import { describe, expect, it } from "vitest";

import { parseLogCommand } from "../../../local/runner/log-commands.ts";

describe("parseLogCommand", () => {
  it.each([
    ["::warning::careful", "warning", {}, "careful"],
    ["  ::error::indented", "error", {}, "indented"],
    ["::ERROR::loud", "error", {}, "loud"],
    ["::notice file=a.ts,line=3::here", "notice", { file: "a.ts", line: "3" }, "here"],
    ["::notice title=a%2Cb%3Ac%0Ad::x", "notice", { title: "a,b:c\nd" }, "x"],
    ["::error::100%25%0Atwo%0D", "error", {}, "100%\ntwo\r"],
    ["::error::a%253A", "error", {}, "a%3A"],
    ["::error::a%3A", "error", {}, "a%3A"],
    ["::add-mask::a::b", "add-mask", {}, "a::b"],
    ["::endgroup::", "endgroup", {}, ""],
    ["##[group]old style", "group", {}, "old style"],
    ["##[error file=a;line=2]old", "error", { file: "a", line: "2" }, "old"],
  ])("reads %s", (line, name, properties, data) => {
    expect(parseLogCommand(line)).toEqual({ name, properties, data });
  });

  it.each(["text ::error::x", "::unknown::x", "::error", ":error::x", "::", "##[unknown]x", ""])(
    "takes '%s' for an ordinary line",
    (line) => {
      expect(parseLogCommand(line)).toBeUndefined();
    },
  );
});
