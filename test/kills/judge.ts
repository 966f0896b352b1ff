import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { foldCommits, readJournalCommits } from "../e2e/journal-commits.ts";
import { listProcesses } from "../e2e/processes.ts";
import { ReadBack, stateLabels } from "../e2e/read-back.ts";
import { readGit } from "../e2e/read-git.ts";
import { type KillWorld, REPOSITORY } from "./kill-world.ts";

export interface Verdict {
  /** What is there more than once, a sentence each. */
  readonly duplicates: readonly string[];
  /** What is not as it would be without a kill, a sentence each. */
  readonly lost: readonly string[];
}

export interface Expectation {
  readonly end: "delivered" | "completed";
  readonly maxAttempts: number;
}

/** Compares all that can be read back of a quiet world with what has to be there. */
export async function judge(world: KillWorld, expected: Expectation): Promise<Verdict> {
  const duplicates: string[] = [];
  const lost: string[] = world.isQuiet ? [] : ["every tick changes something, without an end"];
  const { issues } = await world.look();
  const branches = ["main"];
  for (const number of issues.keys()) {
    branches.push(...(expected.end === "completed" ? [] : [`feature/issue-${number}`]));
    await judgeIssue(world, number, expected, { duplicates, lost });
  }
  const listed = await readGit(
    world.bare,
    "for-each-ref",
    "--format=%(refname:short)",
    "refs/heads",
  );
  differ("branches", listed.split("\n").toSorted(), branches.toSorted(), lost);
  await judgeJournal(world, expected, { duplicates, lost });
  lost.push(...(await listLeftOvers(world)));
  const { refused } = await world.github.requests();
  lost.push(...new Set(refused.map((what) => `NOT EMULATED: ${what}`)));
  return { duplicates, lost };
}

interface Findings {
  readonly duplicates: string[];
  readonly lost: string[];
}

async function judgeIssue(
  world: KillWorld,
  number: number,
  { end }: Expectation,
  { duplicates, lost }: Findings,
): Promise<void> {
  const shown = new ReadBack(world.github.apiUrl, REPOSITORY, world.maintainer.token);
  const issue = await shown.issue(number);
  const pulls = (await shown.pulls()).filter(({ head }) => head.ref === `feature/issue-${number}`);
  const comments = (await shown.comments(number)).map(({ body }) => body.split("\n")[0] ?? "");
  if (pulls.length > 1) {
    duplicates.push(`#${number} has ${pulls.length} pull requests`);
  }
  duplicates.push(...twice(comments).map((line) => `#${number} has '${line}' twice`));
  const labels = stateLabels(issue);
  if (labels.length > 1) {
    duplicates.push(`#${number} has the labels ${labels.join(", ")}`);
  }
  const [pull] = pulls;
  const found = {
    issue: issue.state,
    label: labels[0],
    pull: pull === undefined ? "none" : typeof pull.merged_at === "string" ? "merged" : "open",
    draft: pull?.draft,
    readyLabel: pull?.labels.map(({ name }) => name).join(),
    comments: comments.length,
  };
  const isOver = end === "completed";
  const wanted = {
    issue: isOver ? "closed" : "open",
    label: isOver ? "state:completed" : "state:completing",
    pull: isOver ? "merged" : "open",
    draft: false,
    readyLabel: "ready-to-merge",
    comments: 1,
  };
  differ(`#${number}`, found, wanted, lost);
}

async function judgeJournal(
  world: KillWorld,
  { end, maxAttempts }: Expectation,
  { duplicates, lost }: Findings,
): Promise<void> {
  const commits = await readJournalCommits(world.bare);
  const facts = commits.map(({ event }) => event.fact);
  const endings = facts.flatMap((fact) => (fact.type === "ended" ? fact.deliveries : []));
  const results = facts.flatMap((fact) => (fact.type === "result" ? [fact.claim] : []));
  const claims = facts.flatMap((fact) => (fact.type === "dispatched" ? fact.claims : []));
  const again = facts.flatMap((fact) => (fact.type === "finalize-again" ? [fact.claim] : []));
  duplicates.push(
    ...twice(endings.map(({ issue, delivery }) => `the end of #${issue}, delivery ${delivery}`)),
    ...twice(results.map((claim) => `the result of claim ${claim}`)),
    ...twice(claims.map(({ nonce }) => `claim ${nonce}`)),
    ...twice(again.map((claim) => `finalize-again of claim ${claim}`)),
  );
  const folded = foldCommits(commits);
  if (!commits.every(({ tree }, index) => isDeepStrictEqual(tree, folded[index]))) {
    lost.push("a tree of the journal is not the fold of its events");
  }
  for (const [number, record] of commits.at(-1)?.tree.issues ?? []) {
    const found = {
      outcome: record.result?.outcome,
      ended: record.ended,
      claim: record.claim?.nonce,
      attempts: record.attempts <= maxAttempts ? "within the limit" : record.attempts,
    };
    const ended = end === "completed" ? "completed" : undefined;
    const wanted = { outcome: "delivered", ended, claim: undefined, attempts: "within the limit" };
    differ(`the journal's #${number}`, found, wanted, lost);
  }
}

/** Agents and worktrees that nobody ended. */
async function listLeftOvers({ folder }: KillWorld): Promise<readonly string[]> {
  const agents = (await listProcesses(folder)).filter((line) =>
    /bin\/claude|check\.cjs/.test(line),
  );
  const runners = join(folder, "work/runners");
  const entries = await readdir(runners, { recursive: true });
  const worktrees = [];
  for (const entry of entries.filter((path) => /\.worktrees\/[^/]+$/.test(path))) {
    if ((await lstat(join(runners, entry))).isDirectory()) {
      worktrees.push(entry);
    }
  }
  return [
    ...agents.map((line) => `a process is left: ${line}`),
    ...worktrees.map((path) => `a worktree is left: ${path}`),
  ];
}

function differ(what: string, found: unknown, wanted: unknown, lost: string[]): void {
  const [is, should] = [found, wanted].map((one) => JSON.stringify(one));
  if (is !== should) {
    lost.push(`${what} is ${is}, not ${should}`);
  }
}

function twice(things: readonly string[]): readonly string[] {
  return things.filter((thing, index) => things.indexOf(thing) !== index);
}
