import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { runGit } from "./git.ts";
import type { SeenPullRequest } from "./sighting.ts";

/** Writes what each pull request changes to `<number>.diff`; a merged branch has no diff to main. */
export async function writeDiffs(
  repository: string,
  pullRequests: Iterable<SeenPullRequest>,
  target: string,
): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const { number, baseSha, headSha } of pullRequests) {
    const diff = await runGit(["diff", `${baseSha}...${headSha}`], { cwd: repository });
    await writeFile(join(target, `${number}.diff`), diff);
  }
}
