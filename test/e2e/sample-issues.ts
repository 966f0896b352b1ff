import { join } from "node:path";

import { readSample, type SampleIssue } from "../../local/rehearsal/sample.ts";
import { PROJECT } from "./node-process.ts";

/** The backlog that the rehearsal starts with, and what is expected of it. */
export const SAMPLE = readSample(join(PROJECT, "local/sample"));

export const DELIVERED = issuesWith("delivered");
export const NEEDS_HUMAN = issuesWith("needs-human");
export const BLOCKED = issuesWith("blocked");
export const UNTOUCHED = issuesWith("untouched");

function issuesWith(outcome: SampleIssue["expected"]["outcome"]): readonly SampleIssue[] {
  return SAMPLE.issues.filter(({ expected }) => expected.outcome === outcome);
}

export function branchOf({ number }: { readonly number: number }): string {
  return `feature/issue-${number}`;
}
