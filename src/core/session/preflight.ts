import type { Configuration } from "../configuration.ts";
import { findVersion, formatVersion, isAtLeast, type Version } from "../text/version.ts";

/** What a job can know of the machine that it runs on. */
export interface MachineFacts {
  /** Of the runner, as people named it. */
  readonly runner: string;
  /** As GitHub's runner names them: `macOS`, `ARM64`, `self-hosted`. */
  readonly os: string;
  readonly arch: string;
  readonly environment: string;
  readonly path: string;
  /** What `git --version` says; `undefined` = there is none. */
  readonly git: string | undefined;
  /** How much later it is here than at GitHub; `undefined` = GitHub did not say. */
  readonly aheadSeconds: number | undefined;
  /** Programs that configured commands begin with and that the shell does not find. */
  readonly missingPrograms: readonly string[];
  readonly sandbox: SandboxFact;
}

/** What keeps commands from the rest of this machine, or why there is nothing that could. */
export type SandboxFact =
  | { readonly kind: "bubblewrap" | "seatbelt" }
  | { readonly kind: "none"; readonly problem: string };

/**
 * `error`: no session can work here. The message says what is wrong and what to do; that of an
 * `info` needs nobody.
 */
export interface MachineFinding {
  readonly level: "error" | "warning" | "notice" | "info";
  readonly message: string;
}

/** The version whose flags, events and outcomes were measured; older ones were not tried. */
const LEAST_AGENT: Version = [2, 1, 328];

/** `merge-tree --write-tree`; the same for all of our git. */
const LEAST_GIT: Version = [2, 38, 0];

const MOST_SKEW_SECONDS = 5 * 60;

const SERVICE =
  "A runner that runs as a service does not see the PATH of your shell: put the folder into the file .path of the runner and restart it, or add it in .github/actions/water-spider-setup.";

/** Returns why the agent's version cannot be used; `undefined` = it can. */
export function judgeAgentVersion(given: string): string | undefined {
  const version = findVersion(given);
  return version !== undefined && isAtLeast(version, LEAST_AGENT)
    ? undefined
    : `Claude Code ${given} is too old: ${formatVersion(LEAST_AGENT)} or newer is needed. Update it on this machine (npm install -g @anthropic-ai/claude-code@latest), or set 'claude-path' to a newer one.`;
}

/** Judges a machine before a session starts on it; `slot` is undefined when none was claimed. */
export function judgeMachine(
  facts: MachineFacts,
  configuration: Pick<Configuration, "machines" | "prepare" | "checks" | "session">,
  slot: string | undefined,
): readonly MachineFinding[] {
  const errors = [judgeGit(facts), judgeClock(facts)];
  return [
    ...errors.flatMap((message) =>
      message === undefined ? [] : [{ level: "error", message } as const],
    ),
    ...judgePrograms(facts, configuration),
    judgeSandbox(facts.sandbox, configuration.session.sandbox.mode),
    ...judgeLabels(facts, configuration.machines, slot),
  ];
}

function judgeGit({ git, path }: MachineFacts): string | undefined {
  if (git === undefined) {
    return `git was not found on the PATH (${path}). Install git ${formatVersion(LEAST_GIT)} or newer. ${SERVICE}`;
  }
  const version = findVersion(git);
  return version !== undefined && isAtLeast(version, LEAST_GIT)
    ? undefined
    : `'${git}' is too old: git ${formatVersion(LEAST_GIT)} or newer is needed. On a Mac, install it with Homebrew and put its folder before /usr/bin on the PATH. ${SERVICE}`;
}

function judgeClock({ aheadSeconds }: MachineFacts): string | undefined {
  if (aheadSeconds === undefined || Math.abs(aheadSeconds) <= MOST_SKEW_SECONDS) {
    return undefined;
  }
  const minutes = Math.round(Math.abs(aheadSeconds) / 60);
  return `The clock is ${minutes} min ${aheadSeconds > 0 ? "ahead of" : "behind"} GitHub's. Let the machine set its time by itself (System Settings, Date & Time).`;
}

function judgeSandbox(
  sandbox: SandboxFact,
  mode: Configuration["session"]["sandbox"]["mode"],
): MachineFinding {
  if (mode === "off") {
    return { level: "info", message: "Commands of a session run without a sandbox: it is off." };
  }
  if (sandbox.kind !== "none") {
    return { level: "info", message: `Commands of a session run in a sandbox: ${sandbox.kind}.` };
  }
  return mode === "required"
    ? { level: "error", message: explainMissingSandbox(sandbox.problem) }
    : {
        level: "notice",
        message: `Commands of a session run without a sandbox, so they reach what docs/threat-model.md lists: ${sandbox.problem} ${SANDBOX_REMEDY}`,
      };
}

const SANDBOX_REMEDY =
  "On Linux, install it (apt-get install bubblewrap socat) and let users make user namespaces (Ubuntu: an AppArmor profile for bwrap, or sysctl kernel.apparmor_restrict_unprivileged_userns=0).";

/** What people are told where 'session.sandbox' is required and cannot be had. */
export function explainMissingSandbox(problem: string): string {
  return `'session.sandbox' is 'required', but this machine has no sandbox that works: ${problem} ${SANDBOX_REMEDY} Or set it to 'auto' or 'off'.`;
}

/** Programs that prepare may still install are worth a warning only. */
function judgePrograms(
  { missingPrograms, path }: MachineFacts,
  { prepare, checks }: Pick<Configuration, "prepare" | "checks">,
): readonly MachineFinding[] {
  const first = listPrograms(
    [prepare.commands.slice(0, 1), prepare.commands.length > 0 ? [] : Object.values(checks)].flat(),
  );
  return missingPrograms.map((program) => ({
    level: first.includes(program) ? "error" : "warning",
    message: `A configured command begins with '${program}', which is not on the PATH of this runner (${path}). ${SERVICE}`,
  }));
}

/** The programs that shell commands begin with, where that can be told without a shell. */
export function listPrograms(commands: readonly (string | undefined)[]): readonly string[] {
  const programs = commands.flatMap(
    (command) => /^\s*(?:[A-Za-z_]\w*=\S*\s+)*([\w.+-]+)(?=\s|$)/.exec(command ?? "")?.[1] ?? [],
  );
  return [...new Set(programs)];
}

/** Labels that say what a machine is; a job is not told which labels its runner has. */
const OS_LABELS = ["macos", "linux", "windows"];
const ARCH_LABELS = ["arm64", "x64", "x86", "arm"];

function judgeLabels(
  { os, arch, environment }: MachineFacts,
  machines: Configuration["machines"],
  slot: string | undefined,
): readonly MachineFinding[] {
  const name = slot?.split("/")[0];
  const machine = machines.find((one) => one.name === name);
  if (slot !== undefined && machine === undefined) {
    return [warn(`The slot ${slot} belongs to no machine of the configuration any more.`)];
  }
  const wrong = (machine?.labels ?? []).filter((label) => {
    const text = label.toLowerCase();
    return (
      (os !== "" && OS_LABELS.includes(text) && text !== os.toLowerCase()) ||
      (arch !== "" && ARCH_LABELS.includes(text) && text !== arch.toLowerCase())
    );
  });
  return [
    ...wrong.map((label) =>
      warn(
        `The machine ${name} has the label '${label}', but this is ${os} ${arch}. Correct the runner's labels (its settings on GitHub) or 'machines' in the configuration.`,
      ),
    ),
    ...(environment === "github-hosted"
      ? [
          warn(
            "This is a GitHub-hosted runner: no mirror and no download survives the job. Sessions are meant for runners of your own.",
          ),
        ]
      : []),
  ];
}

function warn(message: string): MachineFinding {
  return { level: "warning", message };
}
