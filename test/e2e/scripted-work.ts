import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { PROJECT } from "./node-process.ts";

const script = v.object({
  steps: v.array(
    v.object({
      calls: v.optional(
        v.array(v.object({ tool: v.string(), input: v.record(v.string(), v.unknown()) })),
      ),
    }),
  ),
});

/** The model's edits for an issue: file and the text that is put there. */
export async function scriptedTexts(
  issue: number,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const folder = join(PROJECT, "local/sample/scripts", String(issue));
  const { steps } = v.parse(
    script,
    JSON.parse(await readFile(join(folder, "script.json"), "utf8")),
  );
  const texts: { path: string; text: string }[] = [];
  for (const { tool, input } of steps.flatMap(({ calls }) => calls ?? [])) {
    const given = tool === "Write" ? input["content"] : input["new_string"];
    if (tool === "Write" || tool === "Edit") {
      const from = v.parse(v.object({ from: v.string() }), given).from;
      const text = await readFile(join(folder, from), "utf8");
      texts.push({ path: String(input["file_path"]), text });
    }
  }
  return texts;
}

/** The files that the model writes or edits for an issue, sorted. */
export async function scriptedFiles(issue: number): Promise<readonly string[]> {
  const paths = (await scriptedTexts(issue)).map(({ path }) => path);
  return [...new Set(paths)].toSorted();
}
