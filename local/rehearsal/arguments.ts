import { parseArgs } from "node:util";

import { nearestSpelling } from "./nearest-spelling.ts";

export interface RehearsalOptions {
  /** One JSON document on stdout instead of the report. */
  readonly json: boolean;
  readonly agent: "scripted" | "live";
  /** Keep everything, the runners' work folders too. */
  readonly keep: boolean;
  /** Port of the embedded GitHub; 0 = any free one. */
  readonly port: number;
  readonly timeLimitSeconds: number;
}

export type ParsedArguments =
  | { readonly type: "run"; readonly options: RehearsalOptions }
  | { readonly type: "help" }
  | { readonly type: "refused"; readonly message: string };

export const USAGE = `Usage: npm start -- [options]
       npm start -- --plan FILE.json [--config FILE.yml] [--json]

Without --plan: rehearses Water Spider offline, with an embedded GitHub, a sample repository and its
issues, five emulated runners and the real Claude Code, until nothing is left to do. Options:

  --json                 print one JSON document instead of the report
  --agent scripted|live  who answers Claude Code: the scripted model (default), or the real
                         Messages API, which needs ANTHROPIC_API_KEY and costs money
  --keep                 keep the runners' work folders, too, and a snapshot of GitHub
  --port N               port of the embedded GitHub (default: any free one)
  --time-limit SECONDS   give up after so long (default: 300; 3600 with --agent live)
  --help                 print this

Exit codes: 0 every issue came to the expected end, 1 it did not, 2 bad input, 130 interrupted.

With --plan: reads a list of issues, as 'gh issue list --json ...' prints it, and says in which order
they would run and why each one is not running. Nothing runs, no network is used.
'npm start -- --plan --help' says more.
`;

const FLAGS = {
  json: { type: "boolean", default: false },
  agent: { type: "string", default: "scripted" },
  keep: { type: "boolean", default: false },
  port: { type: "string", default: "0" },
  "time-limit": { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** Options of the planner, which `npm start` runs instead of the rehearsal. */
const PLAN_FLAGS = ["plan", "config"];

const AGENTS = ["scripted", "live"] as const;
const DEFAULT_LIMIT_SECONDS = { scripted: 300, live: 3_600 };
const MAX_PORT = 65_535;

/** Reads the command line. What cannot be read is refused with a paragraph that says what to type. */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  const unknown = findUnknownFlag(argv);
  if (unknown !== undefined) {
    return { type: "refused", message: unknown };
  }
  let values;
  try {
    ({ values } = parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { type: "refused", message: `${reason.split(". ")[0]}. See npm start -- --help.` };
  }
  if (values.help) {
    return { type: "help" };
  }
  const agent = AGENTS.find((name) => name === values.agent);
  if (agent === undefined) {
    const message = `'--agent' must be scripted or live, but is '${values.agent}'.`;
    return { type: "refused", message };
  }
  const port = parseWholeNumber(values.port, 0, MAX_PORT);
  if (port === undefined) {
    const message = `'--port' must be a whole number from 0 to ${MAX_PORT}, but is '${values.port}'.`;
    return { type: "refused", message };
  }
  const limit = values["time-limit"] ?? String(DEFAULT_LIMIT_SECONDS[agent]);
  const timeLimitSeconds = parseWholeNumber(limit, 1, 86_400);
  if (timeLimitSeconds === undefined) {
    const message = `'--time-limit' must be a whole number of seconds from 1 to 86400, but is '${limit}'.`;
    return { type: "refused", message };
  }
  const { json, keep } = values;
  return { type: "run", options: { json, agent, keep, port, timeLimitSeconds } };
}

/** Returns what to say about the first flag that does not exist, or `undefined`. */
function findUnknownFlag(argv: readonly string[]): string | undefined {
  const known = Object.keys(FLAGS);
  for (const argument of argv) {
    const name = /^--?([^=]*)/.exec(argument)?.[1];
    if (name !== undefined && !(argument.startsWith("--") && known.includes(name))) {
      const nearest = nearestSpelling(name, [...known, ...PLAN_FLAGS]);
      const isSpelledRight = argument.split("=")[0] === `--${nearest}`;
      const hint = nearest === undefined || isSpelledRight ? "" : ` Did you mean '--${nearest}'?`;
      const flags = known.map((flag) => `--${flag}`).join(", ");
      return `'${argument}' is not an option of the rehearsal.${hint} The options are ${flags}; to plan a file of issues: npm start -- --plan FILE.json.`;
    }
  }
  return undefined;
}

function parseWholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
