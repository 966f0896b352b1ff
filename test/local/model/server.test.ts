import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createModelServer } from "../../../local/model/server.ts";

const PROMPT = { role: "user", content: "Work item: issue #7, attempt 1.\nDo it." };
const CONTEXT = { role: "system", content: "Primary working directory: /work tree/issue-7" };
const ANSWER = {
  role: "assistant",
  content: [{ type: "tool_use", id: "t", name: "Bash", input: {} }],
};
const TOOL_RESULT = {
  role: "user",
  content: [{ type: "tool_result", tool_use_id: "t", content: "Work item: issue #8, attempt 1." }],
};

describe("createModelServer", () => {
  let scripts: string;
  let server: Server;
  let url: string;

  beforeEach(async () => {
    scripts = await mkdtemp(join(tmpdir(), "scripts-"));
    await mkdir(join(scripts, "7"));
    server = createModelServer({ scripts, logFile: undefined });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });

  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(scripts, { recursive: true });
  });

  it("takes the step from the conversation, so that a repeated request gets the same answer", async () => {
    await script([{ say: "one" }, { say: "two" }]);

    const first = await ask([PROMPT, CONTEXT]);
    const again = await ask([PROMPT, CONTEXT]);
    const second = await ask([PROMPT, CONTEXT, ANSWER, TOOL_RESULT]);

    expect(first.body).toMatchObject({ content: [{ text: "one" }], stop_reason: "end_turn" });
    expect(again.body).toEqual(first.body);
    expect(second.body).toMatchObject({ content: [{ text: "two" }] });
  });

  it("starts over at a prompt that names the work item again", async () => {
    await script([{ say: "one" }, { say: "two" }]);

    const { body } = await ask([PROMPT, ANSWER, TOOL_RESULT, PROMPT, CONTEXT]);

    expect(body).toMatchObject({ content: [{ text: "one" }] });
  });

  it("makes paths absolute in the session's directory", async () => {
    await script([{ calls: [{ tool: "Read", input: { file_path: "src/a.js" } }] }]);

    const { body } = await ask([PROMPT, CONTEXT]);

    expect(body).toMatchObject({
      content: [{ name: "Read", input: { file_path: "/work tree/issue-7/src/a.js" } }],
      stop_reason: "tool_use",
    });
  });

  it("answers with a scripted error as often as the script says", async () => {
    await script([{ error: { status: 529, retryAfterSeconds: 2, times: 1 } }, { say: "one" }]);

    const first = await ask([PROMPT]);
    const second = await ask([PROMPT]);

    expect(first).toMatchObject({ status: 529, body: { error: { type: "overloaded_error" } } });
    expect(first.retryAfter).toBe("2");
    expect(second).toMatchObject({ status: 200, body: { content: [{ text: "one" }] } });
  });

  it("streams the same message when the request asks for it", async () => {
    await script([{ say: "one" }]);

    const response = await post({ model: "m", stream: true, messages: [PROMPT] });
    const events = (await response.text()).match(/^event: \w+$/gm);

    expect(events?.map((line) => line.slice("event: ".length))).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it("refuses what it does not emulate", async () => {
    const response = await fetch(`${url}/v1/messages/count_tokens`, { method: "POST" });

    expect(response.status).toBe(501);
    expect(await response.text()).toContain("NOT EMULATED: POST /v1/messages/count_tokens");
  });

  async function script(steps: readonly unknown[]): Promise<void> {
    await writeFile(join(scripts, "7", "script.json"), JSON.stringify({ steps }));
  }

  async function ask(messages: readonly unknown[]): Promise<{
    readonly status: number;
    readonly retryAfter: string | null;
    readonly body: unknown;
  }> {
    const response = await post({ model: "m", messages });
    const retryAfter = response.headers.get("retry-after");
    return { status: response.status, retryAfter, body: await response.json() };
  }

  function post(body: unknown): Promise<Response> {
    const headers = { "x-claude-code-session-id": "s" };
    return fetch(`${url}/v1/messages?beta=true`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
  }
});
