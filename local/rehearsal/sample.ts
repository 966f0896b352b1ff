import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as v from "valibot";

const ISSUE_NUMBER = v.pipe(v.number(), v.integer(), v.minValue(1));

const ISSUE = v.strictObject({
  number: ISSUE_NUMBER,
  title: v.string(),
  /** Lines. */
  body: v.array(v.string()),
  labels: v.array(v.string()),
  milestone: v.optional(v.string()),
  /** All blockers, in whatever form the issue names them. */
  blockedBy: v.array(ISSUE_NUMBER),
  /** Blockers that are set as native dependencies. */
  nativeBlockers: v.optional(v.array(ISSUE_NUMBER), []),
  expected: v.strictObject({
    outcome: v.picklist(["delivered", "needs-human", "blocked", "untouched"]),
  }),
});

const SAMPLE = v.strictObject({
  repository: v.strictObject({ owner: v.string(), name: v.string() }),
  labels: v.array(v.strictObject({ name: v.string(), color: v.string() })),
  milestones: v.array(v.strictObject({ title: v.string(), description: v.string() })),
  issues: v.array(ISSUE),
});

/** The backlog that a rehearsal works on, with what must become of each issue. */
export type Sample = v.InferOutput<typeof SAMPLE>;
export type SampleIssue = Sample["issues"][number];

/** Reads `issues.json` of a sample. Issues are numbered from 1 without gaps, as GitHub will do. */
export function readSample(directory: string): Sample {
  const file = join(directory, "issues.json");
  const parsed = v.safeParse(SAMPLE, JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`${file}: ${v.getDotPath(issue) ?? ""}: ${issue.message}`);
  }
  parsed.output.issues.forEach(({ number }, index) => {
    if (number !== index + 1) {
      throw new Error(`${file}: issue #${number} stands where #${index + 1} must be.`);
    }
  });
  return parsed.output;
}
