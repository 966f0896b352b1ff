import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { readSample, type SampleIssue } from "../../local/rehearsal/sample.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import { foldCommits, type JournalCommit, readJournalCommits } from "./journal-commits.ts";
import { PROJECT, REHEARSE, startNode } from "./node-process.ts";
import { overlaps, ReadBack, stateLabels } from "./read-back.ts";
import { isGitTrue, readGit } from "./read-git.ts";
import { rehearsalDocument, type RehearsalDocument } from "./rehearsal-document.ts";
import { scriptedFiles, scriptedTexts } from "./scripted-work.ts";

const SAMPLE = readSample(join(PROJECT, "local/sample"));
const REPOSITORY = `${SAMPLE.repository.owner}/${SAMPLE.repository.name}`;
const CANARY = "sk-ant-rehearsal-canary-0000";

const DELIVERED = issuesWith("delivered");
const NEEDS_HUMAN = issuesWith("needs-human");
const BLOCKED = issuesWith("blocked");
const UNTOUCHED = issuesWith("untouched");

function issuesWith(outcome: SampleIssue["expected"]["outcome"]): readonly SampleIssue[] {
  return SAMPLE.issues.filter(({ expected }) => expected.outcome === outcome);
}

function branchOf({ number }: { readonly number: number }): string {
  return `feature/issue-${number}`;
}

let rehearsal: RehearsalDocument;
let exitCode: number | undefined;
let commits: readonly JournalCommit[];
/** GitHub as it was at the end, started again from the snapshot that was kept. */
let github: EmbeddedGitHub;
let shown: ReadBack;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "water-spider-read-back-"));
  const ended = await startNode([REHEARSE, "--json", "--keep"]).ended;
  ({ exitCode } = ended);
  try {
    rehearsal = v.parse(rehearsalDocument, JSON.parse(ended.stdout));
  } catch (error) {
    throw new Error(`No document. It said: ${ended.stderr.slice(-3_000)}`, { cause: error });
  }
  commits = await readJournalCommits(rehearsal.where.repository);
  github = await startEmbeddedGitHub({ dataDirectory: join(scratch, "github") });
  const kept = await readFile(join(rehearsal.where.folder, "github-snapshot.json"), "utf8");
  await github.restore(JSON.parse(kept));
  await github.addUser({ login: "maintainer", token: "read-back" });
  shown = new ReadBack(github.apiUrl, REPOSITORY, "read-back");
});

afterAll(async () => {
  await github.stop();
  await rm(rehearsal.where.folder, { recursive: true, force: true, maxRetries: 3 });
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
});

function outcomeOf(issue: number): RehearsalDocument["issues"][number] {
  const found = rehearsal.issues.find(({ number }) => number === issue);
  if (found === undefined) {
    throw new Error(`The document has no issue #${issue}.`);
  }
  return found;
}

function claims(): readonly Claim[] {
  return commits.flatMap(({ event }) =>
    event.fact.type === "dispatched" ? event.fact.claims : [],
  );
}

describe("the rehearsal's document", () => {
  it("says that everything came to the expected end, without an error on the way", () => {
    expect(rehearsal).toMatchObject({ ok: true, mismatches: [], errors: [] });
    expect(exitCode).toBe(0);
  });

  it("lists every issue of the sample with its outcome, in order", () => {
    expect(rehearsal.issues.map(({ number, outcome }) => [number, outcome])).toEqual(
      SAMPLE.issues.map(({ number, expected }) => [number, expected.outcome]),
    );
  });

  it("names what each issue waits for", () => {
    expect(rehearsal.issues.map(({ blockedBy }) => blockedBy)).toEqual(
      SAMPLE.issues.map(({ blockedBy }) => blockedBy),
    );
  });

  it("has one attempt, a score, a pull request and times for what was delivered", () => {
    for (const { number } of DELIVERED) {
      const { attempts, score, pullRequest, startedAt, finishedAt } = outcomeOf(number);
      expect(attempts).toBe(1);
      // Neither security nor documentation is measured here, so nothing can be perfect [F76].
      expect(score).toBe(89);
      expect(pullRequest).toBeGreaterThan(SAMPLE.issues.length);
      expect(Date.parse(finishedAt ?? "")).toBeGreaterThan(Date.parse(startedAt ?? ""));
    }
  });

  it("has neither attempt nor time nor pull request for what never started", () => {
    for (const { number } of [...BLOCKED, ...UNTOUCHED]) {
      expect(outcomeOf(number)).toMatchObject({
        attempts: 0,
        score: null,
        pullRequest: null,
        startedAt: null,
        finishedAt: null,
      });
    }
  });

  it("counts five sessions at once at most, and more than one [F47, F48]", () => {
    expect(rehearsal.maxConcurrentSessions).toBeLessThanOrEqual(5);
    expect(rehearsal.maxConcurrentSessions).toBeGreaterThan(1);
  });

  it("names the real agent that ran", () => {
    expect(rehearsal.agent.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(rehearsal.agent.binary).toMatch(/claude$/);
  });

  it("spends about ten requests on an issue, its share of the ticks included [F34]", () => {
    const { rest, graphql, contentCreating } = rehearsal.apiRequests;
    const legs = DELIVERED.length + NEEDS_HUMAN.length;

    // How many ticks there are depends on how fast this machine is: both have a budget.
    expect(rest + graphql).toBeLessThanOrEqual(6.5 * legs + 5 * rehearsal.ticks);
    expect((rest + graphql) / DELIVERED.length).toBeLessThanOrEqual(12);
    // A comment for each leg and a pull request for each delivery; notices are rare.
    expect(contentCreating).toBeLessThanOrEqual(legs + DELIVERED.length + 3);
  });

  it("names commands that a person may copy, and they work", async () => {
    for (const command of rehearsal.where.commands) {
      const [, folder = "", ...args] = command.replace(/^git -C /, "git ").split(" ");
      expect(await readGit(folder, ...args)).not.toBe("");
    }
  });
});

describe("the branches of the bare repository", () => {
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

describe("the journal", () => {
  it("has the tree after every commit that the fold of its events has", () => {
    const states = foldCommits(commits);

    for (const [index, { tree }] of commits.entries()) {
      expect(tree).toEqual(states[index]);
    }
  });

  it("counts its events up by one, in one line of commits", async () => {
    const { repository } = rehearsal.where;
    const merges = await readGit(repository, "rev-list", "--merges", "refs/water-spider/journal");

    expect(commits.map(({ event }) => event.seq)).toEqual(commits.map((_, index) => index + 1));
    expect(merges).toBe("");
  });

  it("starts every issue that was worked on once, and no other [F05]", () => {
    const worked = [...DELIVERED, ...NEEDS_HUMAN].map(({ number }) => number);

    expect(
      claims()
        .map(({ issue }) => issue)
        .toSorted(byNumber),
    ).toEqual(worked.toSorted(byNumber));
    expect(claims().every(({ attempt, delivery }) => attempt === 1 && delivery === 1)).toBe(true);
  });

  it("never holds more than five claims whose session runs, nor two of one slot [F47, F101]", async () => {
    const sessions = await shown.sessions(claims());

    for (const one of sessions) {
      const atOnce = sessions.filter((other) => overlaps(one, other));
      expect(atOnce.length).toBeLessThanOrEqual(5);
      expect(atOnce.filter(({ slot }) => slot === one.slot)).toEqual([one]);
    }
  });

  it("starts no issue before the work it waits for is in its base [F35, F36, F42]", async () => {
    const { repository } = rehearsal.where;
    for (const { issue, baseSha } of claims()) {
      const blockers = SAMPLE.issues.find(({ number }) => number === issue)?.blockedBy ?? [];
      for (const number of blockers) {
        const isIn = await isGitTrue(
          repository,
          "merge-base",
          "--is-ancestor",
          branchOf({ number }),
          baseSha,
        );
        expect([issue, number, isIn]).toEqual([issue, number, true]);
      }
    }
  });

  it("tells for each issue how its delivery ended", () => {
    const tip = commits.at(-1)?.tree;
    for (const { number } of DELIVERED) {
      const record = tip?.issues.get(number);
      expect(record).toMatchObject({ ended: "completed", attempts: 1, claim: undefined });
      expect(record?.result).toMatchObject({ outcome: "delivered", score: 89 });
    }
    for (const { number } of NEEDS_HUMAN) {
      expect(tip?.issues.get(number)).toMatchObject({
        ended: undefined,
        result: { outcome: "needs-human", cause: "checks-failed" },
      });
    }
    expect(tip?.history).toHaveLength(DELIVERED.length);
  });

  it("has no event about the issue that nobody asked an agent to do", () => {
    const subjects = JSON.stringify(commits.map(({ event }) => event.fact));
    for (const { number } of UNTOUCHED) {
      expect(commits.at(-1)?.tree.issues.has(number)).toBe(false);
      expect(subjects).not.toContain(`"issue":${number},`);
    }
  });

  it("is readable as a log", async () => {
    const log = await readGit(
      rehearsal.where.repository,
      "log",
      "--format=%s",
      "refs/water-spider/journal",
    );

    expect(log).toMatch(/^dispatched: #\d+ on mac-[12]\/\d, attempt 1/m);
    expect(log).toMatch(/^delivered: #\d+, score 89$/m);
    expect(log).toMatch(/^completed: #\d+/m);
  });
});

describe("GitHub, read back over HTTP", () => {
  it("has one pull request for each delivered issue, and no other", async () => {
    const all = await shown.pulls();

    const heads = all.map(({ head }) => head.ref).toSorted();
    expect(heads).toEqual(DELIVERED.map(branchOf).toSorted());
  });

  it.each(DELIVERED)(
    "shows #$number closed as completed by its merged pull request [C16]",
    async (issue) => {
      const pull = await shown.pull(outcomeOf(issue.number).pullRequest);
      const seen = await shown.issue(issue.number);
      const sha = await readGit(rehearsal.where.repository, "rev-parse", branchOf(issue));

      expect(pull).toMatchObject({
        draft: false,
        user: { login: "github-actions[bot]" },
        head: { ref: branchOf(issue), sha },
        labels: [{ name: "ready-to-merge" }],
      });
      expect(pull.merged_at).toEqual(expect.any(String));
      expect(pull.title).toContain(`(#${issue.number})`);
      expect(pull.body).toMatch(new RegExp(`\nCloses #${issue.number}\n$`));
      expect(pull.body).toContain("- [x] tests pass");
      expect(pull.milestone?.title).toBe(issue.milestone);
      expect(seen).toMatchObject({ state: "closed", state_reason: "completed" });
      expect(stateLabels(seen)).toEqual(["state:completed"]);
    },
  );

  it.each([...DELIVERED, ...NEEDS_HUMAN])(
    "has one status comment on #$number, by the bot [V10b, F10]",
    async (issue) => {
      const comments = (await shown.comments(issue.number)).filter(({ body }) =>
        body.startsWith("<!-- water-spider:status -->"),
      );

      expect(comments).toHaveLength(1);
      expect(comments[0]?.user.login).toBe("github-actions[bot]");
      expect(comments[0]?.body).toMatch(
        /^<!-- water-spider:status -->\n\*\*(Completed|A person is needed)\*\*/,
      );
    },
  );

  it.each([...DELIVERED, ...NEEDS_HUMAN])(
    "asks for a person once on #$number if one is needed, and else never [V11]",
    async (issue) => {
      const asked = (await shown.comments(issue.number)).filter(({ body }) =>
        body.includes("A person is needed here"),
      );

      expect(asked).toHaveLength(NEEDS_HUMAN.includes(issue) ? 1 : 0);
    },
  );

  it.each(NEEDS_HUMAN)(
    "leaves #$number open for a person, with the reason [F75]",
    async (issue) => {
      const seen = await shown.issue(issue.number);

      expect(seen.state).toBe("open");
      expect(stateLabels(seen)).toEqual(["state:failed"]);
      expect((await shown.comments(issue.number))[0]?.body).toContain("`npm test`");
    },
  );

  it.each(BLOCKED)("shows #$number blocked, and says so once", async (issue) => {
    const seen = await shown.issue(issue.number);

    expect(seen.state).toBe("open");
    expect(stateLabels(seen)).toEqual(["state:blocked"]);
    expect(seen.comments).toBeLessThanOrEqual(1);
  });

  it.each(UNTOUCHED)("leaves #$number as it was", async (issue) => {
    const seen = await shown.issue(issue.number);

    expect(seen).toMatchObject({ state: "open", comments: 0 });
    expect(seen.labels.map(({ name }) => name).toSorted()).toEqual(issue.labels.toSorted());
  });

  it("keeps the labels that people set, beside one state label [F17]", async () => {
    for (const { number, labels } of SAMPLE.issues) {
      const names = (await shown.issue(number)).labels.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(labels));
      expect(names.length).toBeLessThanOrEqual(labels.length + 1);
    }
  });

  it("shows the milestone's progress below what its people wrote [R08]", async () => {
    const seen = await shown.milestone(1);

    expect(seen.open_issues).toBe(0);
    expect(seen.description).toContain(SAMPLE.milestones[0]?.description);
    expect(seen.description).toContain("Progress: 100.0 %");
  });
});

describe("what is left on the machine", () => {
  it("never shows the model's key in a log, an artifact, a comment or a pull request [F72]", async () => {
    const { folder, logs } = rehearsal.where;

    for (const root of [logs, join(folder, "artifacts"), join(folder, "pull-requests")]) {
      for (const file of await listFiles(root)) {
        expect([file, (await readFile(file, "utf8")).includes(CANARY)]).toEqual([file, false]);
      }
    }
    const kept = await readFile(join(folder, "github-snapshot.json"), "utf8");
    expect(kept).not.toContain(CANARY);
  });

  it("is no worktree and no lock of a session that ended", async () => {
    const worktrees = (await listFiles(join(rehearsal.where.folder, "runners"))).filter((file) =>
      file.includes(".worktrees/"),
    );

    expect(worktrees).toEqual([]);
  });
});

function byNumber(a: number, b: number): number {
  return a - b;
}

async function listFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
