import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runGit } from "../../local/rehearsal/git.ts";
import { stateOf } from "../../local/rehearsal/sighting.ts";
import type { JournalFact } from "../../src/core/journal/events.ts";
import { CHECKED, JOURNAL, KillWorld, REPOSITORY, UNCHECKED } from "../kills/kill-world.ts";
import { foldCommits, type JournalCommit, readJournalCommits } from "./journal-commits.ts";
import { readGit } from "./read-git.ts";

const ISSUE = 1;
const BRANCH = `feature/issue-${ISSUE}`;

const comments = v.array(v.object({ body: v.string() }));

/** A draft that a person finishes: they push to its branch, say so, and its checks alone run. */
describe("/manual-fix through the real workflows", () => {
  let world: KillWorld;
  let draftSha: string;
  let fixSha: string;
  let refused: string;
  let commits: readonly JournalCommit[];

  async function say(body: string): Promise<void> {
    const path = `/repos/${REPOSITORY}/issues/${ISSUE}/comments`;
    await world.maintainer.request("POST", path, v.unknown(), { body });
    await world.engine.whenIdle();
  }

  /** What a person does with git over HTTP: a commit on a branch of theirs. */
  async function push(branch: string, file: string, text: string): Promise<string> {
    const cwd = join(world.folder, "clone");
    const header = ["-c", `http.extraHeader=${world.maintainer.gitHeader()}`];
    const git = async (...args: readonly string[]): Promise<string> =>
      await runGit([...header, "-c", "user.name=M", "-c", "user.email=m@example.com", ...args], {
        cwd,
      });
    await runGit(
      [...header, "clone", "-q", "-b", branch, `${world.github.serverUrl}/${REPOSITORY}.git`, cwd],
      { cwd: world.folder },
    );
    await writeFile(join(cwd, file), text);
    await git("commit", "-q", "-a", "-m", "By a person");
    await git("push", "-q", "origin", branch);
    const sha = await git("rev-parse", "HEAD");
    await rm(cwd, { recursive: true });
    return sha.trim();
  }

  function factsOf<T extends JournalFact["type"]>(
    type: T,
  ): readonly Extract<JournalFact, { readonly type: T }>[] {
    return commits.flatMap(({ event: { fact } }) => (isOfType(fact, type) ? [fact] : []));
  }

  beforeAll(async () => {
    world = await KillWorld.open(UNCHECKED);
    await world.addIssue("Add a line", "Add a line to `done.txt`.");
    await world.trigger(ISSUE);
    await world.engine.whenIdle();
    draftSha = await readGit(world.bare, "rev-parse", BRANCH);
    await say("/manual-fix");
    refused = await readGit(world.bare, "log", "-1", "--format=%s", JOURNAL);
    // From here on no agent could run: there is none.
    await rm(join(world.folder, "bin/claude"));
    await push("main", ".github/water-spider.yml", CHECKED);
    fixSha = await push(BRANCH, "done.txt", "done, and looked at\n");
    await say("/manual-fix");
    await world.tick();
    commits = await readJournalCommits(world.bare);
  });

  afterAll(async () => {
    await world.close();
  });

  it("is refused while nobody has pushed to the draft's branch", () => {
    expect(refused).toMatch(/^(needs-human|noticed): #1/);
    expect(factsOf("manual-fix-requested")).toEqual([
      { type: "manual-fix-requested", issue: ISSUE, by: "maintainer", headSha: fixSha },
    ]);
  });

  it("claims the commit for its checks alone: no agent, no attempt [E29a]", () => {
    const claims = factsOf("dispatched").flatMap((fact) => fact.claims);

    expect(claims.map(({ attempt, manualFix }) => [attempt, manualFix?.headSha])).toEqual([
      [1, undefined],
      [1, fixSha],
    ]);
    expect(commits.at(-1)?.tree.issues.get(ISSUE)?.attempts).toBe(1);
  });

  it("delivers that commit as it is, and the draft becomes ready [E21]", async () => {
    const { issues, pullRequests } = await world.look();

    expect(factsOf("result").at(-1)?.result).toMatchObject({
      outcome: "delivered",
      cause: "manual-fix",
      headSha: fixSha,
    });
    expect(await readGit(world.bare, "log", "-2", "--format=%H", BRANCH)).toBe(
      `${fixSha}\n${draftSha}`,
    );
    expect([...pullRequests.values()]).toMatchObject([{ draft: false, headSha: fixSha }]);
    expect(stateOf(issues.get(ISSUE))).toBe("completing");
  });

  it("says on the issue who wrote it and who asked, once", async () => {
    const path = `/repos/${REPOSITORY}/issues/${ISSUE}/comments`;
    const told = await world.maintainer.request("GET", path, comments);

    const ready = told.filter(({ body }) => body.includes("is ready for review"));
    expect(ready).toHaveLength(1);
    expect(ready[0]?.body).toContain(`People wrote ${fixSha.slice(0, 12)}, maintainer asked`);
  });

  it("leaves a journal whose tree is the fold of its events", () => {
    const folded = foldCommits(commits);

    expect(commits.map(({ tree }) => tree)).toEqual(folded);
  });
});

function isOfType<T extends JournalFact["type"]>(
  fact: JournalFact,
  type: T,
): fact is Extract<JournalFact, { readonly type: T }> {
  return fact.type === type;
}
