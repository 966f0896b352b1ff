import { describe, expect, it } from "vitest";

import { COMMAND_FORMS, parseCommand } from "../../../src/core/fleet/commands.ts";

describe("parseCommand", () => {
  it("reads /status, which is about nothing but what it stands on [O07]", () => {
    expect(parseCommand("/status\nthanks", 7)).toEqual({ type: "status" });
    expect(parseCommand("status")).toEqual({ type: "status" });
    expect(parseCommand("/status please", 7)).toBeUndefined();
    expect(parseCommand("/status #12", 7)).toBeUndefined();
  });

  it("reads every form that it names to people [O07]", () => {
    const said = COMMAND_FORMS.map((form) =>
      form.replace("[<count>]", "3").replace("<issue>", "12"),
    );

    expect(said.filter((text) => parseCommand(text) === undefined)).toEqual([]);
  });
});
