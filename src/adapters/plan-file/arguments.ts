import { parseArgs } from "node:util";

import { nearestName } from "../../core/text/nearest-name.ts";

export interface PlanOptions {
  /** Path of the list of issues. */
  readonly plan: string;
  /** Path of a configuration; `undefined` = every default. */
  readonly config: string | undefined;
  readonly json: boolean;
}

export type PlanArguments =
  | { readonly type: "plan"; readonly options: PlanOptions }
  | { readonly type: "help" }
  | { readonly type: "refused"; readonly message: string };

export const PLAN_USAGE = `Usage: npm start -- --plan FILE.json [--config FILE.yml] [--json]

Plans a list of issues and says why each one is not running. Nothing runs, no network is used.

  --plan FILE.json    what 'gh issue list --json number,title,body,labels,milestone,state,author,createdAt'
                      prints, with an optional "blockedBy": [numbers] per issue. Add '--state all
                      --limit 10000' to gh, so that closed blockers are known.
  --config FILE.yml   a water-spider.yml (default: every setting at its default)
  --json              order, ready, blocked, cycles, levels, criticalPath, effectivePriority, reasons
                      and malformed as one JSON document instead of the text
  --help              print this

Every open issue with the trigger label counts as approved. Where no issue carries it, all open
issues are planned. Exit codes: 0 planned, 2 bad input.
`;

const FLAGS = {
  plan: { type: "string" },
  config: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const EXAMPLES = { plan: "--plan backlog.json", config: "--config .github/water-spider.yml" };

/** Reads the command line of the planner. What cannot be read is refused with what to type. */
export function parsePlanArguments(argv: readonly string[]): PlanArguments {
  if (argv.includes("--help")) {
    return { type: "help" };
  }
  const problem = findUnknownFlag(argv) ?? findMissingFile(argv);
  if (problem !== undefined) {
    return { type: "refused", message: problem };
  }
  let values;
  try {
    ({ values } = parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { type: "refused", message: `${reason.split(". ")[0]}. See npm start -- --help.` };
  }
  const { plan, config, json } = values;
  return { type: "plan", options: { plan: plan ?? "", config, json } };
}

function findUnknownFlag(argv: readonly string[]): string | undefined {
  const known = Object.keys(FLAGS);
  for (const argument of argv) {
    const name = /^--?([^=]+)/u.exec(argument)?.[1];
    if (name !== undefined && !(argument.startsWith("--") && known.includes(name))) {
      const nearest = nearestName(name, known);
      const hint = nearest === undefined ? "" : ` Did you mean '--${nearest}'?`;
      const flags = known.map((flag) => `--${flag}`).join(", ");
      return `'${argument}' does not go with '--plan'.${hint} The options are ${flags}.`;
    }
  }
  return undefined;
}

/** A flag without its file, which `parseArgs` would explain in three lines of its own. */
function findMissingFile(argv: readonly string[]): string | undefined {
  for (const [name, example] of Object.entries(EXAMPLES)) {
    const index = argv.indexOf(`--${name}`);
    const value = index < 0 ? undefined : argv[index + 1];
    const isMissing = index >= 0 && (value === undefined || value === "" || value.startsWith("--"));
    if (isMissing || argv.includes(`--${name}=`)) {
      return `'--${name}' needs the path of a file, for example ${example}.`;
    }
  }
  return undefined;
}
