import type { Checks, QualitySettings } from "../configuration.ts";
import { CHECK_NAMES, type CheckName, type CheckResult } from "../session/session-result.ts";

/**
 * One part of the score in one of three cases that are never mixed [D8]: measured, not configured
 * (leaves the denominator), missing (configured, but without a result: 0 points).
 */
export interface QualityPart {
  readonly name: CheckName | "security" | "docs";
  readonly case: "measured" | "not-configured" | "missing";
  readonly points: number;
  /** Points that a perfect result would give. */
  readonly weight: number;
}

export interface QualityReport {
  /** 0 to 100, capped; `undefined` when nothing that gives points is configured. */
  readonly total: number | undefined;
  readonly parts: readonly QualityPart[];
  /** Gates that are not open, in words; a closed gate goes to a person whatever the points [N17]. */
  readonly closedGates: readonly string[];
  /** The checks of these gates: red, timed out or not run. */
  readonly failingChecks: readonly CheckName[];
  readonly band: "ready" | "draft" | "person";
}

/** The weights of E11; coverage, 10 of the 35 of tests, is not measured and leaves with its points. */
const WEIGHTS = { test: 25, lint: 25, security: 20, docs: 20 } as const;

/** With a part not configured no result is perfect; with one missing it is not ready. */
const CAPS = { notConfigured: 89, missing: 79 } as const;

/** Judges the checks of a session; what is not in `results` although configured is missing. */
export function judgeQuality(
  checks: Checks,
  results: readonly CheckResult[],
  bands: QualitySettings,
): QualityReport {
  const parts = [
    part("test", checks.test, results),
    part("lint", checks.lint, results),
    unconfigured("security"),
    unconfigured("docs"),
  ];
  const failingChecks = listFailing(checks, results);
  const closedGates = failingChecks.map((name) => describeGate(name, checks, results));
  const total = totalOf(parts);
  const band = bandOf(checks, parts, total, closedGates, bands);
  return { total, parts, closedGates, failingChecks, band };
}

function part(
  name: "test" | "lint",
  command: string | undefined,
  results: readonly CheckResult[],
): QualityPart {
  const weight = WEIGHTS[name];
  if (command === undefined) {
    return { name, case: "not-configured", points: 0, weight };
  }
  const status = results.find((result) => result.name === name)?.status;
  return status === "passed" || status === "failed"
    ? { name, case: "measured", points: status === "passed" ? weight : 0, weight }
    : { name, case: "missing", points: 0, weight };
}

function unconfigured(name: "security" | "docs"): QualityPart {
  return { name, case: "not-configured", points: 0, weight: WEIGHTS[name] };
}

function totalOf(parts: readonly QualityPart[]): number | undefined {
  const counted = parts.filter((one) => one.case !== "not-configured");
  const weight = counted.reduce((sum, one) => sum + one.weight, 0);
  if (weight === 0) {
    return undefined;
  }
  const points = counted.reduce((sum, one) => sum + one.points, 0);
  return Math.min(
    Math.round((100 * points) / weight),
    parts.some((one) => one.case === "not-configured") ? CAPS.notConfigured : 100,
    parts.some((one) => one.case === "missing") ? CAPS.missing : 100,
  );
}

function listFailing(checks: Checks, results: readonly CheckResult[]): readonly CheckName[] {
  return CHECK_NAMES.filter(
    (name) =>
      checks[name] !== undefined && results.find((one) => one.name === name)?.status !== "passed",
  );
}

function describeGate(name: CheckName, checks: Checks, results: readonly CheckResult[]): string {
  const result = results.find((one) => one.name === name);
  const how = result === undefined ? "was not run" : result.status.replace("-", " ");
  return `${name} (\`${checks[name] ?? ""}\`) ${how}`;
}

function bandOf(
  checks: Checks,
  parts: readonly QualityPart[],
  total: number | undefined,
  closedGates: readonly string[],
  bands: QualitySettings,
): QualityReport["band"] {
  if (closedGates.length > 0) {
    return "person";
  }
  const isJudged = checks.test !== undefined || checks.build !== undefined;
  if (!isJudged || total === undefined) {
    return "draft";
  }
  if (total >= bands.pullRequest) {
    return "ready";
  }
  // Green checks are never tried again: what keeps the total down was not measured [F110].
  const isAllGreen = parts.every((one) => one.case !== "measured" || one.points === one.weight);
  return total >= bands.human || isAllGreen ? "draft" : "person";
}
