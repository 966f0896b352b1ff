import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readScript, type ToolCall } from "../../../local/model/script.ts";
import { readSample } from "../../../local/rehearsal/sample.ts";

const SAMPLE = "local/sample";

describe("sample", () => {
  const { issues } = readSample(SAMPLE);
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sample-"));
    await cp(join(SAMPLE, "repository"), folder, { recursive: true });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is green when every delivered issue is solved in the order of its blockers", async () => {
    const solved = new Set<number>();
    const delivered = issues.filter(({ expected }) => expected.outcome === "delivered");
    while (solved.size < delivered.length) {
      const next = delivered.find(
        ({ number, blockedBy }) =>
          !solved.has(number) && blockedBy.every((blocker) => solved.has(blocker)),
      );
      await solve(next?.number ?? Number.NaN);
      solved.add(next?.number ?? Number.NaN);
    }

    await expect(npmTest(folder)).resolves.toMatchObject({ failed: false });
  });

  it("is red when the issue is solved that the model cannot solve", async () => {
    await solve(9);

    await expect(npmTest(folder)).resolves.toMatchObject({ failed: true });
  });

  async function solve(issue: number): Promise<void> {
    const script = readScript(join(SAMPLE, "scripts"), issue, 1);
    expect(script, `script of issue #${issue}`).toBeDefined();
    for (const { answer } of script ?? []) {
      for (const call of answer?.calls ?? []) {
        await applyCall(call);
      }
    }
  }

  async function applyCall({ tool, input }: ToolCall): Promise<void> {
    const path = join(folder, String(input["file_path"]));
    if (tool === "Write") {
      await writeFile(path, String(input["content"]));
    } else if (tool === "Edit") {
      const parts = (await readFile(path, "utf8")).split(String(input["old_string"]));
      expect(parts, `one place to edit in ${path}`).toHaveLength(2);
      await writeFile(path, parts.join(String(input["new_string"])));
    }
  }
});

async function npmTest(
  cwd: string,
): Promise<{ readonly failed: boolean; readonly output: string }> {
  try {
    const { stdout } = await promisify(execFile)("npm", ["test"], { cwd });
    return { failed: false, output: stdout };
  } catch (error) {
    return { failed: true, output: String(error) };
  }
}
