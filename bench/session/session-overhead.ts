import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import type { MatrixLeg } from "../../src/core/text/matrix.ts";
import { ClaimedSessions, DONE } from "../../test/e2e/claimed-sessions.ts";
import { runClaudeCode } from "../../test/local/model/claude-code.ts";

/** What lies around the agent's work: before its first request, and after its last one. */
export interface SessionTiming {
  readonly contestant: "action" | "bare CLI";
  /**
   * From the start of the process to the first request to the model; of the action, from the start
   * of the step before it, which looks for the repository's setup action.
   */
  readonly beforeMs: number;
  /** From the request that brings the result to the end of the process, hand-off written. */
  readonly afterMs: number;
}

interface ModelRequest {
  readonly at: string;
  readonly issue: number;
  readonly attempt: number;
}

/** No checks and no prepare: their time is the project's. */
const CONFIGURATION = {
  "max-parallel": 20,
  "max-open-prs": 100,
  machines: [{ name: "mac-1", labels: ["mac-1"], slots: 20 }],
};

const STEPS = [
  { calls: [{ tool: "Write", input: { file_path: "src/new.ts", content: "export {};\n" } }] },
  DONE,
];

/** The claim is attempt 1; the bare CLI takes a number that no claim has. */
const BARE_ATTEMPT = 9;

/**
 * Runs the built action and the bare CLI in turn on the same scripted work. The first pair is left
 * out: it makes the machine's mirror, and brings programs into its cache.
 */
export async function measureSessions(
  pairs: number,
  folder: string,
  progress: (line: string) => void,
): Promise<readonly SessionTiming[]> {
  const sessions = await ClaimedSessions.claim({
    folder,
    issues: pairs + 1,
    files: { "README.md": "# Shop\n", ".github/water-spider.yml": JSON.stringify(CONFIGURATION) },
    steps: STEPS,
  });
  try {
    const timings: SessionTiming[] = [];
    for (const [index, leg] of sessions.legs.entries()) {
      progress(`session: ${index} of ${pairs} ...`);
      const pair = [await runActionOnce(sessions, leg), await runBareOnce(sessions, leg, folder)];
      timings.push(...(index === 0 ? [] : pair));
    }
    return timings;
  } finally {
    await sessions.stop();
  }
}

async function runActionOnce(sessions: ClaimedSessions, leg: MatrixLeg): Promise<SessionTiming> {
  const token = await sessions.sessionToken(leg);
  const startMs = Date.now();
  await sessions.look(leg, token);
  const { outputs, stdout } = await sessions.run(leg, token);
  const endMs = Date.now();
  if (outputs.get("handoff") === undefined || !stdout.includes("worked:")) {
    throw new Error(`The session did not work: ${stdout}`);
  }
  return await timingOf("action", sessions, leg, leg.attempt, startMs, endMs);
}

async function runBareOnce(
  sessions: ClaimedSessions,
  leg: MatrixLeg,
  folder: string,
): Promise<SessionTiming> {
  const scratch = join(folder, `bare-${leg.issue}`);
  const workingDirectory = join(scratch, "work");
  await mkdir(workingDirectory, { recursive: true });
  const prompt = `Work item: issue #${leg.issue}, attempt ${BARE_ATTEMPT}.`;
  const startMs = Date.now();
  const { exitCode } = await runClaudeCode({
    workingDirectory,
    scratch,
    modelUrl: sessions.model.url,
    prompt,
  });
  const endMs = Date.now();
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  if (exitCode !== 0) {
    throw new Error(`The bare CLI ended with exit code ${exitCode}.`);
  }
  return await timingOf("bare CLI", sessions, leg, BARE_ATTEMPT, startMs, endMs);
}

async function timingOf(
  contestant: SessionTiming["contestant"],
  { modelLog }: ClaimedSessions,
  { issue }: MatrixLeg,
  attempt: number,
  startMs: number,
  endMs: number,
): Promise<SessionTiming> {
  const lines = (await readFile(modelLog, "utf8")).trim().split("\n");
  const requests = lines
    .map((line): ModelRequest => JSON.parse(line))
    .filter((request) => request.issue === issue && request.attempt === attempt)
    .map(({ at }) => Date.parse(at));
  const [first] = requests;
  const last = requests.at(-1);
  if (first === undefined || last === undefined || requests.length !== STEPS.length) {
    throw new Error(`Issue #${issue} made ${requests.length} requests, not ${STEPS.length}.`);
  }
  return { contestant, beforeMs: first - startMs, afterMs: endMs - last };
}
