import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, it } from "vitest";

import type { FinishedRehearsal } from "./finished-rehearsal.ts";
import { readGit } from "./read-git.ts";
import type { RehearsalDocument } from "./rehearsal-document.ts";
import { branchOf, DELIVERED } from "./sample-issues.ts";
import { scriptedFiles, scriptedTexts } from "./scripted-work.ts";

/** What the rehearsal delivered to the repository. */
export function describeBranches(finished: () => FinishedRehearsal): void {
  describe("the branches of the bare repository", () => {
    let rehearsal: RehearsalDocument;
    let scratch: string;

    beforeAll(() => {
      ({ rehearsal, scratch } = finished());
    });

    it("are one for each delivered issue, and none for any other", async () => {
      const { repository } = rehearsal.where;
      const listed = await readGit(
        repository,
        "for-each-ref",
        "--format=%(refname:short)",
        "refs/heads",
      );

      const expected = ["main", ...DELIVERED.map(branchOf)];
      expect(listed.split("\n").toSorted()).toEqual(expected.toSorted());
    });

    it.each(DELIVERED)(
      "hold the model's real changes for #$number, and nothing else",
      async (issue) => {
        const { repository } = rehearsal.where;
        const branch = branchOf(issue);

        const listed = await readGit(repository, "diff", "--name-only", `${branch}^`, branch);

        expect(listed.split("\n").toSorted()).toEqual(await scriptedFiles(issue.number));
        for (const { path, text } of await scriptedTexts(issue.number)) {
          expect(await readGit(repository, "show", `${branch}:${path}`)).toContain(text.trim());
        }
      },
    );

    it.each(DELIVERED)("never hold the context files of #$number [E05, F62]", async (issue) => {
      const { repository } = rehearsal.where;

      const files = await readGit(repository, "ls-tree", "-r", "--name-only", branchOf(issue));

      expect(files).not.toMatch(/\.agent-context\.json|EXECUTION_CONTEXT\.md|\.worktrees/);
    });

    it.each(DELIVERED)(
      "have one commit for #$number, in Conventional Commits form [E08b, F91]",
      async (issue) => {
        const { repository } = rehearsal.where;

        const message = await readGit(repository, "show", "-s", "--format=%B", branchOf(issue));
        const parents = await readGit(repository, "show", "-s", "--format=%P", branchOf(issue));

        expect(message).toMatch(
          /^(feat|fix|docs|test|refactor|perf|chore)(\([\w-]+\))?: .{1,70}\n\n/,
        );
        expect(message).toMatch(new RegExp(`\n\nRefs #${issue.number}$`));
        expect(message).not.toMatch(/closes|fixes/i);
        expect(parents.split(" ")).toHaveLength(1);
      },
    );

    it("make a default branch whose own tests pass", async () => {
      const checkout = join(scratch, "checkout");
      await readGit(scratch, "clone", "--quiet", rehearsal.where.repository, checkout);

      const { stdout } = await promisify(execFile)(process.execPath, ["--test"], {
        cwd: checkout,
        env: { PATH: process.env["PATH"] },
      });

      expect(stdout).toMatch(/# fail 0/);
    });
  });
}
