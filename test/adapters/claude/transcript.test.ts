import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { Transcript } from "../../../src/adapters/claude/transcript.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

async function write(lines: readonly string[], maxLength?: number): Promise<() => Promise<string>> {
  const path = join(await temporaryDirectory(), "transcript.jsonl");
  const transcript = new Transcript(path, "sk-secret", maxLength);
  lines.forEach((line) => transcript.write(line));
  return () => readFile(path, "utf8");
}

describe("Transcript", () => {
  it("keeps every line, and the credential out of them [F72]", async () => {
    const read = await write(['{"text":"my key is sk-secret, sk-secret"}', "ok"]);

    await expect.poll(read).toBe('{"text":"my key is ***, ***"}\nok\n');
  });

  it("costs nobody the session when it cannot be written", async () => {
    const directory = await temporaryDirectory();
    const transcript = new Transcript(join(directory, "nothing", "transcript.jsonl"), "sk-secret");

    transcript.write("first");
    await expect.poll(() => readdir(directory)).toEqual([]);

    expect(() => transcript.write("second")).not.toThrow();
  });

  it("ends with a line that says so when the agent says too much", async () => {
    const read = await write(["a".repeat(50), "b".repeat(50), "c"], 80);

    await expect.poll(read).toBe(`${"a".repeat(50)}\n{"type":"transcript_cut"}\n`);
  });
});
