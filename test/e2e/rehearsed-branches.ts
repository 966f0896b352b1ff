import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, it } from "vitest";

import type { FinishedRehearsal } from "./finished-rehearsal.ts";
import { readGit } from "./read-git.ts";
import type { RehearsalDocument } from "./rehearsal-document.ts";
import { DELIVERED } from "./sample-issues.ts";
import { scriptedFiles, scriptedTexts } from "./scripted-work.ts";

/** What the rehearsal delivered to the repository. */
export function describeBranches(finished: () => FinishedRehearsal): void {
  describe("the branches of the bare repository, and what was delivered on them", () => {
    let rehearsal: RehearsalDocument;
    let scratch: string;
    let headOf: FinishedRehearsal["headOf"];

    beforeAll(() => {
      ({ rehearsal, scratch, headOf } = finished());
    });

    it("are gone with the merge, and there were none for any other issue [F97]", async () => {
      const { repository } = rehearsal.where;
      const listed = await readGit(
        repository,
        "for-each-ref",
        "--format=%(refname:short)",
        "refs/heads",
      );

      expect(listed.split("\n")).toEqual(["main"]);
    });

    it.each(DELIVERED)(
      "held the model's real changes for #$number, and nothing else",
      async (issue) => {
        const { repository } = rehearsal.where;
        const head = headOf(issue);

        const listed = await readGit(repository, "diff", "--name-only", `${head}^`, head);

        expect(listed.split("\n").toSorted()).toEqual(await scriptedFiles(issue.number));
        for (const { path, text } of await scriptedTexts(issue.number)) {
          expect(await readGit(repository, "show", `${head}:${path}`)).toContain(text.trim());
        }
      },
    );

    it.each(DELIVERED)("never held the context files of #$number [E05, F62]", async (issue) => {
      const { repository } = rehearsal.where;

      const files = await readGit(repository, "ls-tree", "-r", "--name-only", headOf(issue));

      expect(files).not.toMatch(/\.agent-context\.json|EXECUTION_CONTEXT\.md|\.worktrees/);
    });

    it.each(DELIVERED)(
      "had one commit for #$number, in Conventional Commits form [E08b, F91]",
      async (issue) => {
        const { repository } = rehearsal.where;

        const message = await readGit(repository, "show", "-s", "--format=%B", headOf(issue));
        const parents = await readGit(repository, "show", "-s", "--format=%P", headOf(issue));

        expect(message).toMatch(
          /^(feat|fix|docs|test|refactor|perf|chore)(\([\w-]+\))?: .{1,70}\n\n/,
        );
        expect(message).toMatch(new RegExp(`\n\nRefs #${issue.number}$`));
        expect(message).not.toMatch(/closes|fixes/i);
        expect(parents.split(" ")).toHaveLength(1);
      },
    );

    it("made a default branch whose own tests pass", async () => {
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
