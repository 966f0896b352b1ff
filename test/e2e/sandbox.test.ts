import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { parseSessionResult, type SessionResult } from "../../src/core/session/session-result.ts";
import { hasBubblewrap } from "../adapters/sandbox/working-sandbox.ts";
import { ClaimedSessions, DONE } from "./claimed-sessions.ts";
import { CANARY, PLANTED, plantFiles, reachScript, WRITTEN } from "./planted-secrets.ts";

const AGENT_SAW = "agent-saw.txt";

/** Whether the model's port answers: the agent's commands have no network, checks the machine's. */
const KNOCK =
  '(exec 3<> "/dev/tcp/127.0.0.1/${ANTHROPIC_BASE_URL##*:}") 2> /dev/null && echo connected; true';

describe.runIf(hasBubblewrap)("the secrets of a session's job, with the sandbox [F72]", () => {
  let folder: string;
  let sessions: ClaimedSessions;
  let result: SessionResult;
  let transcript: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "water-spider-sandbox-"));
    const home = join(folder, "home");
    const configuration = {
      checks: { build: "bash look.sh", test: `cat ${AGENT_SAW}`, lint: "npm test" },
      session: { sandbox: "required" },
    };
    sessions = await ClaimedSessions.claim({
      folder,
      issues: 1,
      files: {
        "look.sh": `bash reach.sh; bash knock.sh; ln -sf ${home}/.npmrc link`,
        "reach.sh": reachScript(folder),
        "knock.sh": KNOCK,
        "package.json": JSON.stringify({ scripts: { test: `bash look.sh > ${AGENT_SAW}` } }),
        ".github/water-spider.yml": JSON.stringify(configuration),
      },
      steps: [
        { calls: [{ tool: "Write", input: { file_path: "new.txt", content: "new" } }] },
        { calls: [{ tool: "Bash", input: { command: "npm test" } }] },
        { calls: [{ tool: "Bash", input: { command: "git status && git log && git diff" } }] },
        { calls: [{ tool: "Read", input: { file_path: join(home, ".npmrc") } }] },
        { calls: [{ tool: "Read", input: { file_path: "link" } }] },
        { calls: [{ tool: "Grep", input: { pattern: CANARY, path: home } }] },
        DONE,
      ],
    });
    const [leg] = sessions.legs;
    if (leg === undefined) {
      throw new Error("Nothing was claimed.");
    }
    await plantFiles(folder);
    const token = await sessions.sessionToken(leg);
    const run = await sessions.run(leg, token, PLANTED.inputs, PLANTED.environment);
    const output = (name: string): string => v.parse(v.string(), run.outputs.get(name));
    const text = await readFile(join(output("handoff"), "result.json"), "utf8");
    const parsed = parseSessionResult(text);
    if ("error" in parsed) {
      throw new Error(`${parsed.error}\n${run.stdout}\n${run.stderr}`);
    }
    result = parsed;
    transcript = await readFile(join(output("transcripts"), "issue-1.jsonl"), "utf8");
  });

  afterAll(async () => {
    await sessions.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  function tailOf(check: string): string | undefined {
    return result.checks.find(({ name }) => name === check)?.tail;
  }

  it("do not keep a session from its work", () => {
    expect(result).toMatchObject({ ending: "worked" });
    expect(result.checks.map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
  });

  it("cannot be reached by a check: no variable, file, registration, session or memory", () => {
    expect(tailOf("build")).toBe("looked\nconnected\n");
  });

  it("cannot be reached by a command of the agent, and the network cannot either", () => {
    expect(tailOf("test")).toBe("looked\n");
  });

  it("cannot be read with the agent's own tools, not even by a link", () => {
    expect(result.agent.deniedTools).toEqual(["Read", "Read", "Grep"]);
    expect(transcript).not.toContain(`secret = ${CANARY}`);
  });

  it("are not beside anything that was written", async () => {
    expect(await readdir(folder)).not.toContain(WRITTEN);
  });

  it("leave the agent's git as quiet as without", () => {
    expect(transcript).toContain("On branch feature/issue-1");
    expect(transcript).not.toContain(".bash_profile");
  });
});
