import fc from "fast-check";

import type { Checks } from "../../src/core/configuration.ts";
import type { CheckResult, SessionResult } from "../../src/core/session/session-result.ts";

const BASE = "b".repeat(40);

/** A session that worked; fields can be put over it. */
export function aSession(fields: Partial<SessionResult> = {}): SessionResult {
  return {
    v: 1,
    issue: 12,
    attempt: 1,
    claim: "nonce-1",
    runId: 100,
    runAttempt: 1,
    baseSha: BASE,
    ending: "worked",
    cause: undefined,
    resetsInMinutes: undefined,
    detail: "The agent is done.",
    title: "feat: add a thing",
    summary: "Added the thing.",
    files: [{ path: "src/thing.ts", change: "added" }],
    checks: [aCheck("test")],
    agent: {
      version: "2.1.328",
      turns: 5,
      costUsd: 0.42,
      deniedTools: [],
      peakMemoryMb: 240,
      cpuSeconds: 1.5,
    },
    startedAt: "2026-11-20T10:00:00.000Z",
    finishedAt: "2026-11-20T10:20:00.000Z",
    ...fields,
  };
}

export function aCheck(
  name: CheckResult["name"],
  status: CheckResult["status"] = "passed",
): CheckResult {
  return { name, command: `npm run ${name}`, status, seconds: 1.5, tail: "" };
}

/** Checks of the configuration: those named are configured. */
export function someChecks(...names: readonly CheckResult["name"][]): Checks {
  const command = (name: CheckResult["name"]): string | undefined =>
    names.includes(name) ? `npm run ${name}` : undefined;
  return { build: command("build"), test: command("test"), lint: command("lint") };
}

/** Text as people and attackers write it: ordinary words between what acts or hides. */
export const hostileTexts: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...hostilePieces()) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 10 }) },
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(""));

function hostilePieces(): readonly string[] {
  return [
    "Closes",
    "fix",
    "RESOLVED",
    " ",
    ":",
    "\n",
    "\t",
    "#1",
    "octo/repo#2",
    "GH-3",
    "https://github.com/o/r/issues/4",
    "@octocat",
    "@",
    "&#64;",
    "&commat;",
    "<!--",
    "<!-",
    "-->",
    "->",
    "!",
    "-",
    "<",
    "\u200b",
    "\u202e",
    "\u2066",
    "\u00ad",
    "\u061c",
    "\u{e0041}",
    "\u{e0100}",
    "\r",
    "\u0007",
    "water-spider:status",
    "[skip ci]",
    "**",
    "`",
    "```",
    "|",
    "word",
    "é",
    "日本",
    "🚀",
  ];
}

/** Characters of a text that nobody sees; line feeds and tabs are seen. */
export function hiddenCharacters(text: string): readonly string[] {
  return Array.from(text).filter(
    (character) =>
      !/[\n\t]/.test(character) && /[\p{Cc}\p{Cf}\u{e0100}-\u{e01ef}]/u.test(character),
  );
}
