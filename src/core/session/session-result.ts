import * as v from "valibot";

import { absent, time } from "../stored-shapes.ts";

/**
 * `result.json`: what run-session hands to finalize, together with the bundle. It comes from the
 * session machine, so finalize believes its figures as advice only (design section 4.5).
 */
export interface SessionResult {
  readonly v: 1;
  readonly issue: number;
  readonly attempt: number;
  /** Nonce of the claim. */
  readonly claim: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly baseSha: string;
  /** `worked` = there is a change to judge; else why there is none. */
  readonly ending: SessionEnding;
  readonly cause: string | undefined;
  readonly detail: string;
  /** How long an account limit lasts; `undefined` = there is none, or it was not said. */
  readonly resetsInMinutes: number | undefined;
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly files: readonly ChangedFile[];
  readonly checks: readonly CheckResult[];
  readonly agent: {
    readonly version: string | undefined;
    readonly turns: number | undefined;
    readonly costUsd: number | undefined;
    readonly deniedTools: readonly string[];
    /** What it took of the machine, at least; `undefined` = it ended before it was measured. */
    readonly peakMemoryMb: number | undefined;
    readonly cpuSeconds: number | undefined;
  };
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** `refused` = nothing was started; `asked` = the agent asks a person; `failed` = see cause. */
export type SessionEnding = "worked" | "refused" | "asked" | "failed";

export interface ChangedFile {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted";
}

export const CHECK_NAMES = ["build", "test", "lint"] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

export interface CheckResult {
  readonly name: CheckName;
  readonly command: string;
  readonly status: "passed" | "failed" | "timed-out";
  readonly seconds: number;
  /** The end of its output. */
  readonly tail: string;
}

const text = v.pipe(v.string(), v.maxLength(20_000));
const amount = v.pipe(v.number(), v.minValue(0));

export const sessionResultSchema: v.GenericSchema<unknown, SessionResult> = v.strictObject({
  v: v.literal(1),
  issue: amount,
  attempt: amount,
  claim: text,
  runId: amount,
  runAttempt: amount,
  baseSha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
  ending: v.picklist(["worked", "refused", "asked", "failed"]),
  cause: absent(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))),
  detail: text,
  resetsInMinutes: absent(amount),
  title: absent(text),
  summary: absent(text),
  files: v.pipe(
    v.array(
      v.strictObject({
        path: v.pipe(v.string(), v.maxLength(4_096)),
        change: v.picklist(["added", "modified", "deleted"]),
      }),
    ),
    v.maxLength(10_000),
  ),
  checks: v.pipe(
    v.array(
      v.strictObject({
        name: v.picklist(CHECK_NAMES),
        command: text,
        status: v.picklist(["passed", "failed", "timed-out"]),
        seconds: amount,
        tail: text,
      }),
    ),
    v.check(
      (checks) => new Set(checks.map(({ name }) => name)).size === checks.length,
      "a check has two results",
    ),
  ),
  agent: v.strictObject({
    version: absent(text),
    turns: absent(amount),
    costUsd: absent(amount),
    deniedTools: v.array(v.pipe(v.string(), v.maxLength(200))),
    peakMemoryMb: absent(amount),
    cpuSeconds: absent(amount),
  }),
  startedAt: time,
  finishedAt: time,
});

/** Reads `result.json`; an error says what is wrong with it. */
export function parseSessionResult(json: string): SessionResult | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { error: "result.json is not JSON" };
  }
  const parsed = v.safeParse(sessionResultSchema, value);
  return parsed.success ? parsed.output : { error: `result.json: ${v.summarize(parsed.issues)}` };
}
