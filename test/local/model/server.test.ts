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
    server.closeAllConnections();
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

  it("sends the headers of a scripted error, for example an account's limit", async () => {
    const headers = { "anthropic-ratelimit-unified-reset": "1795186800" };
    await script([{ error: { status: 429, headers } }]);

    const response = await post({ model: "m", messages: [PROMPT] });

    expect(response.status).toBe(429);
    expect(response.headers.get("anthropic-ratelimit-unified-reset")).toBe("1795186800");
  });

  it("ends the connection amid a stream that is scripted to be cut, and answers the next time", async () => {
    await script([{ cut: { times: 1 } }, { say: "one" }]);

    const cut = await post({ model: "m", stream: true, messages: [PROMPT] });
    await expect(cut.text()).rejects.toThrow("terminated");
    const { body } = await ask([PROMPT]);

    expect(body).toMatchObject({ content: [{ text: "one" }] });
  });

  it("leaves a request without an answer where the script is silent", async () => {
    await script([{ silence: { times: 1 } }, { say: "one" }]);
    const given = new AbortController();
    const unanswered = post({ model: "m", messages: [PROMPT] }, given.signal);

    const { body } = await ask([PROMPT]);
    given.abort();

    await expect(unanswered).rejects.toThrow("aborted");
    expect(body).toMatchObject({ content: [{ text: "one" }] });
  });

  it("stops for the scripted reason and at the scripted length", async () => {
    await script([{ say: "one", stopReason: "refusal", outputTokens: 7_000 }]);

    const { body } = await ask([PROMPT]);

    expect(body).toMatchObject({ stop_reason: "refusal", usage: { output_tokens: 7_000 } });
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

  function post(body: unknown, signal?: AbortSignal): Promise<Response> {
    const headers = { "x-claude-code-session-id": "s" };
    return fetch(`${url}/v1/messages?beta=true`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }
});
