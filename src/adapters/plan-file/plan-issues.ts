import type { Configuration } from "../../core/configuration.ts";
import { EMPTY_JOURNAL } from "../../core/journal/fold.ts";
import type { Actor, ObservedIssue } from "../../core/observation.ts";
import type { Plan } from "../../core/plan/plan-types.ts";
import { planTick } from "../../core/plan/plan.ts";
import { LabelReader } from "../../core/text/label-reading.ts";
import { hashText } from "../text-hash.ts";
import type { FileIssue, IssueFile } from "./issue-file.ts";

/** A plan of a file, and what its reader has to know about it. */
export interface FilePlan {
  readonly plan: Plan;
  readonly titles: ReadonlyMap<number, string>;
  /** Open issues that are planned although none carries the trigger label; `undefined` = some do. */
  readonly plannedWithoutLabel: number | undefined;
  /** Issues that others wait for and that the file does not hold; ascending. */
  readonly missing: readonly number[];
}

/** Nobody can be asked who set a label, so it counts as set by someone who may. */
const LABELLER: Actor = { login: "file", id: 1, type: "user" };
const REPOSITORY = "file/file";

/** Plans the issues of a file as a first tick would: nothing runs and every slot is free. */
export function planIssueFile(
  { issues, malformed }: IssueFile,
  configuration: Configuration,
  now: string,
): FilePlan {
  const { triggerLabel } = configuration;
  const reader = new LabelReader(triggerLabel);
  const open = issues.filter(({ state }) => state === "OPEN");
  const isLabelled = open.some(({ labels }) => reader.read(labels).isTriggered);
  const stateOf = new Map(issues.map(({ number, state }) => [number, state]));
  const observed = issues.map((issue) =>
    observeIssue(issue, { stateOf, extra: isLabelled ? [] : [triggerLabel], now }),
  );
  const unread = malformed.flatMap(({ number, problem }) =>
    number === undefined ? [] : [[number, problem] as const],
  );
  const plan = planTick({
    observation: {
      at: now,
      repository: {
        name: REPOSITORY,
        url: "",
        isPrivate: true,
        defaultBranch: "main",
        headSha: "0".repeat(40),
      },
      issues: new Map(observed.map((issue) => [issue.number, issue])),
      pullRequests: [],
      milestones: [],
      runs: [],
      unreadable: new Map(unread),
      stale: new Set(),
      commented: new Set(),
      apiRemaining: undefined,
      rememberedSeq: undefined,
    },
    journal: EMPTY_JOURNAL,
    permissions: new Map([[LABELLER.login, "write"]]),
    configuration,
    now,
    busySlots: [],
    liveClaims: new Map(),
    history: [],
    credential: "present",
  });
  return {
    plan,
    titles: new Map(issues.map(({ number, title }) => [number, title])),
    plannedWithoutLabel: isLabelled ? undefined : open.length,
    missing: listMissing(plan, new Set([...stateOf.keys(), ...unread.map(([number]) => number)])),
  };
}

function observeIssue(
  issue: FileIssue,
  {
    stateOf,
    extra,
    now,
  }: {
    readonly stateOf: ReadonlyMap<number, FileIssue["state"]>;
    readonly extra: readonly string[];
    readonly now: string;
  },
): ObservedIssue {
  const { number, title, body } = issue;
  const createdAt = issue.createdAt ?? now;
  const isOpen = issue.state === "OPEN";
  const blockedBy = [...new Set(issue.blockedBy)].map((blocker) => {
    const blockerIsOpen = stateOf.get(blocker) !== "CLOSED";
    return {
      repository: REPOSITORY,
      number: blocker,
      state: blockerIsOpen ? ("open" as const) : ("closed" as const),
      closedAs: blockerIsOpen ? undefined : ("completed" as const),
    };
  });
  return {
    number,
    title,
    body,
    textHash: hashText(title, body),
    state: isOpen ? "open" : "closed",
    closedAs: isOpen ? undefined : "completed",
    createdAt,
    closedAt: isOpen ? undefined : createdAt,
    reopened: undefined,
    author: observeAuthor(issue),
    assignees: [],
    labels: [...issue.labels, ...extra],
    milestone: issue.milestone?.number ?? undefined,
    blockedBy,
    openBlockerCount: blockedBy.filter(({ state }) => state === "open").length,
    subIssues: [],
    subIssueCount: 0,
    parent: undefined,
    trigger: { by: LABELLER, at: createdAt },
    textEdits: [],
    textEditsComplete: true,
    statusComment: undefined,
  };
}

function observeAuthor({ author }: FileIssue): Actor | undefined {
  return author ? { login: author.login, id: 0, type: "user" } : undefined;
}

function listMissing({ rows }: Plan, known: ReadonlySet<number>): readonly number[] {
  const missing = new Set<number>();
  for (const { reason } of rows) {
    for (const problem of reason.type === "bad-reference" ? reason.problems : []) {
      const isNamed = problem.type === "unresolvable" || problem.type === "unreadable";
      if (isNamed && !known.has(problem.issue)) {
        missing.add(problem.issue);
      }
    }
  }
  return [...missing].toSorted((a, b) => a - b);
}
