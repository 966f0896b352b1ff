import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseSessionResult } from "../../../src/core/session/session-result.ts";
import { aCheck, aSession } from "../../arbitraries/session.ts";

function parse(changes: Readonly<Record<string, unknown>>) {
  return parseSessionResult(JSON.stringify({ ...aSession(), ...changes }));
}

describe("parseSessionResult", () => {
  it("reads back what run-session wrote [R04]", () => {
    const session = aSession({ checks: [aCheck("build"), aCheck("test", "timed-out")] });

    expect(parseSessionResult(JSON.stringify(session))).toEqual(session);
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ["another version", { v: 2 }],
    ["an unknown key", { admin: true }],
    ["an unknown ending", { ending: "merged" }],
    ["a negative attempt", { attempt: -1 }],
    ["a base that is no commit", { baseSha: "HEAD; rm -rf ." }],
    ["a cause with spaces", { cause: "no change" }],
    ["a check that nobody configures", { checks: [{ ...aCheck("test"), name: "deploy" }] }],
    ["an unknown status", { checks: [{ ...aCheck("test"), status: "skipped" }] }],
    ["two results of one check", { checks: [aCheck("test"), aCheck("test", "failed")] }],
    ["negative seconds", { checks: [{ ...aCheck("test"), seconds: -1 }] }],
    ["a time that the journal could not read", { startedAt: "yesterday" }],
    ["a summary without end", { summary: "x".repeat(20_001) }],
    [
      "more files than any session changes",
      { files: Array.from({ length: 10_001 }, () => ({ path: "a", change: "added" })) },
    ],
    ["a path without end", { files: [{ path: "a".repeat(4_097), change: "added" }] }],
    ["files that are no list", { files: { length: 1 } }],
    ["an agent of nothing", { agent: null }],
  ])("refuses %s and says what is wrong [N18]", (_what, changes) => {
    expect(parse(changes)).toEqual({ error: expect.stringMatching(/^result\.json: ./) });
  });

  it.each([
    "",
    "null",
    "[]",
    "1",
    "{",
    '"x"',
    "\u0000",
    '{"__proto__":{"v":1}}',
    "[".repeat(50_000),
  ])("refuses what is no result at all (%#)", (json) => {
    expect(parseSessionResult(json)).toHaveProperty("error");
  });

  it("refuses keys with the names of what every object has", () => {
    const json = JSON.stringify(aSession()).replace(/^\{/, '{"__proto__":{"ending":"worked"},');

    expect(parseSessionResult(json)).toHaveProperty("error");
  });

  it("never throws, whatever one part of it is", () => {
    const keys = fc.constantFrom(...Object.keys(aSession()));
    fc.assert(
      fc.property(keys, fc.jsonValue(), (key, value) => {
        expect(() => parse({ [key]: value })).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
