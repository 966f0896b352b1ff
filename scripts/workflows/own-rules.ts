// What no published linter finds, or finds only in some versions. Each rule is a pure function of
// one workflow file; the list at the end is the set of rules.
import type { Finding } from "./finding.ts";
import type { YamlFile, YamlValue } from "./yaml-file.ts";

type Report = (line: number, message: string) => Finding;
type Rule = (root: YamlValue, report: Report, file: YamlFile) => readonly Finding[];

interface Job {
  readonly id: string;
  readonly line: number;
  readonly body: YamlValue;
}

/** Repositories of this name are ours, whoever owns the copy: references to them may use a tag. */
const OURS = /^(?:\.\/|\$\/|[^/@]+\/water-spider\/)/;
const PINNED = /@[0-9a-f]{40}$/;
const VERSION_COMMENT = /#\s*v\d+(?:\.\d+)*\b/;
/** Text that outsiders write: issue titles, branch names, whole payloads. `github.event_name` is safe. */
const EVENT_TEXT = /\$\{\{(?:(?!\}\}).)*\bgithub\s*(?:\.\s*(?:event|head_ref)\b|\[|\s*\)).*?\}\}/s;
const COUNT_GUARD = /\.outputs\.[\w-]*count\b/;
const DANGEROUS_TRIGGERS = ["pull_request_target", "workflow_run"];

function jobsOf(root: YamlValue): readonly Job[] {
  return (root.get("jobs")?.entries ?? []).flatMap(({ key, line, value }) =>
    value === undefined ? [] : [{ id: key, line, body: value }],
  );
}

function stepsOf(job: Job): readonly YamlValue[] {
  return job.body.get("steps")?.items ?? [];
}

const jobsHaveTimeouts: Rule = (root, report) =>
  jobsOf(root)
    .filter(
      (job) => job.body.get("uses") === undefined && job.body.get("timeout-minutes") === undefined,
    )
    .map((job) => report(job.line, `Job '${job.id}' needs timeout-minutes.`));

/** `permissions: {}` on top grants nothing, so that each job must say what it needs. */
const jobsHavePermissions: Rule = (root, report) => {
  const inherited = root.get("permissions");
  if (inherited !== undefined && (inherited.text !== undefined || inherited.entries.length > 0)) {
    return [];
  }
  return jobsOf(root)
    .filter((job) => job.body.get("permissions") === undefined)
    .map((job) =>
      report(job.line, `Job '${job.id}' needs permissions (the workflow grants none).`),
    );
};

/** A matrix that a job computes may be empty, and GitHub fails a job whose matrix is empty. */
const matricesAreGuarded: Rule = (root, report) =>
  jobsOf(root).flatMap((job) => {
    const matrix = job.body.get("strategy", "matrix");
    const computed = matrix?.source.includes("${{") === true;
    const guarded = COUNT_GUARD.test(job.body.get("if")?.text ?? "");
    return matrix !== undefined && computed && !guarded
      ? [
          report(
            matrix.line,
            `The matrix of job '${job.id}' may be empty: ask for a count output in the job's if.`,
          ),
        ]
      : [];
  });

const noEventTextInScripts: Rule = (root, report) =>
  jobsOf(root)
    .flatMap((job) => stepsOf(job).flatMap((step) => [step.get("run"), step.get("with", "script")]))
    .flatMap((script) =>
      script !== undefined && EVENT_TEXT.test(script.source)
        ? [
            report(
              script.line,
              "Text of the event must reach a script through env, not through ${{ }}.",
            ),
          ]
        : [],
    );

function concurrencyProblems(concurrency: YamlValue): readonly string[] {
  const group = concurrency.text ?? concurrency.get("group")?.text ?? "";
  const cancel = concurrency.get("cancel-in-progress")?.text ?? "false";
  return [
    ...(/^[A-Za-z]/.test(group) ? [] : ["A concurrency group begins with a literal name."]),
    ...(/github\s*\.\s*workflow|job\s*\.\s*workflow/.test(group)
      ? [
          "A concurrency group must not contain the workflow's name: caller and called workflow would share it.",
        ]
      : []),
    ...(concurrency.get("queue")?.text === "max" && cancel !== "false"
      ? ["queue: max and cancel-in-progress exclude each other."]
      : []),
  ];
}

const concurrencyIsSound: Rule = (root, report) =>
  [root, ...jobsOf(root).map((job) => job.body)]
    .flatMap((holder) => holder.get("concurrency") ?? [])
    .flatMap((value) => concurrencyProblems(value).map((message) => report(value.line, message)));

const thirdPartyIsPinned: Rule = (root, report, file) =>
  jobsOf(root)
    .flatMap((job) => [job.body, ...stepsOf(job)])
    .flatMap((holder) => holder.get("uses") ?? [])
    .filter((uses) => uses.text !== undefined && !OURS.test(uses.text))
    .flatMap((uses) => {
      const rest = file.text.slice(uses.offset).split("\n", 1)[0] ?? "";
      const pinned = PINNED.test(uses.text ?? "") && VERSION_COMMENT.test(rest);
      return pinned
        ? []
        : [report(uses.line, `'${uses.text}' must be pinned: @<40 hex digits> # vX.Y.Z.`)];
    });

/** Both run with a writable token on what outsiders wrote. */
const noDangerousTriggers: Rule = (root, report) => {
  const on = root.get("on");
  const names = [
    ...(on?.text === undefined ? [] : [{ name: on.text, line: on.line }]),
    ...(on?.items ?? []).map((item) => ({ name: item.text, line: item.line })),
    ...(on?.entries ?? []).map((entry) => ({ name: entry.key, line: entry.line })),
  ];
  return names
    .filter(({ name }) => name !== undefined && DANGEROUS_TRIGGERS.includes(name))
    .map(({ name, line }) => report(line, `The trigger ${name} is not used in this project.`));
};

const RULES: readonly Rule[] = [
  jobsHaveTimeouts,
  jobsHavePermissions,
  matricesAreGuarded,
  noEventTextInScripts,
  concurrencyIsSound,
  thirdPartyIsPinned,
  noDangerousTriggers,
];

/** Returns what breaks this project's own rules in one workflow file. */
export function checkWorkflow(file: YamlFile): readonly Finding[] {
  const { root } = file;
  if (root === undefined) {
    return file.problems;
  }
  const report: Report = (line, message) => ({ file: file.path, line, message });
  return RULES.flatMap((rule) => rule(root, report, file));
}
