// `npm run docs`: writes the generated files and parts of files. `--check` lists those that are out
// of date instead.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type GeneratedFile, listGeneratedFiles } from "./docs/generators.ts";
import { PROJECT_ROOT } from "./project-root.ts";

type Outcome = { readonly text: string } | { readonly problem: string };

/** Generated text goes through the formatter, or `oxfmt --check` and `--check` here would disagree. */
function formatText(file: string, text: string): string {
  const oxfmt = join(PROJECT_ROOT, "node_modules/.bin/oxfmt");
  const { status, stdout, stderr } = spawnSync(oxfmt, [`--stdin-filepath=${file}`], {
    cwd: PROJECT_ROOT,
    input: text,
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`oxfmt could not format what was generated for ${file}:\n${stderr}`);
  }
  return stdout;
}

async function generate({ file, generate: make }: GeneratedFile): Promise<Outcome> {
  try {
    return { text: formatText(file, await make()) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const checkOnly = process.argv.includes("--check");
for (const generated of listGeneratedFiles()) {
  const path = join(PROJECT_ROOT, generated.file);
  const outcome = await generate(generated);
  if ("problem" in outcome) {
    console.error(outcome.problem);
    process.exitCode = 1;
  } else if (existsSync(path) && readFileSync(path, "utf8") === outcome.text) {
    continue;
  } else if (checkOnly) {
    console.error(`${generated.file} is out of date: run npm run docs.`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, outcome.text);
    console.log(`wrote ${generated.file}`);
  }
}
