import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { RefusedError } from "./preflight.ts";

/** Who owns the product's repository in the rehearsal, in the place of `OWNER` in the example. */
export const PRODUCT_OWNER = "water-spider";
export const PRODUCT_NAME = "water-spider";
export const PRODUCT_TAG = "v1";

const ACTIONS = ["collect", "dispatch", "run-session", "finalize"];

/** Lays out the sample repository with the product's example workflow, only its owner filled in. */
export async function layOutSample(project: string, target: string): Promise<void> {
  await cp(join(project, "local/sample/repository"), target, { recursive: true });
  const example = await readProjectFile(project, "examples/water-spider.yml");
  await mkdir(join(target, ".github/workflows"), { recursive: true });
  const workflow = example.replaceAll("OWNER/", `${PRODUCT_OWNER}/`);
  await writeFile(join(target, ".github/workflows/water-spider.yml"), workflow);
}

/** Lays out what a user's `uses:` finds at a tag of this project: workflows and built actions. */
export async function layOutProduct(project: string, target: string): Promise<void> {
  for (const path of [".github/workflows/orchestrate.yml", ".github/workflows/session.yml"]) {
    await readProjectFile(project, path);
  }
  await cp(join(project, ".github/workflows"), join(target, ".github/workflows"), {
    recursive: true,
  });
  for (const action of ACTIONS) {
    const source = join(project, "actions", action);
    await readProjectFile(project, `actions/${action}/action.yml`);
    await readProjectFile(project, `actions/${action}/dist/index.js`);
    await mkdir(join(target, "actions", action), { recursive: true });
    for (const part of ["action.yml", "dist"]) {
      await cp(join(source, part), join(target, "actions", action, part), { recursive: true });
    }
  }
}

async function readProjectFile(project: string, path: string): Promise<string> {
  try {
    return await readFile(join(project, path), "utf8");
  } catch {
    throw new RefusedError(
      `The file ${path} is missing. The rehearsal runs the project's own workflows and built actions; run 'npm run build' in a complete checkout and try again.`,
    );
  }
}
