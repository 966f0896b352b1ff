import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { ConfigurationError } from "../../core/failure.ts";
import { type MalformedEntry, toPlanJson } from "../../core/text/plan-json.ts";
import { formatPlanText } from "../../core/text/plan-text.ts";
import { readConfiguration } from "../configuration/read-configuration.ts";
import { parsePlanArguments, PLAN_USAGE, type PlanOptions } from "./arguments.ts";
import { parseIssueFile } from "./issue-file.ts";
import { type FilePlan, planIssueFile } from "./plan-issues.ts";

/** What a command printed, and how it ended. */
export interface CommandOutcome {
  readonly exitCode: 0 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandPlace {
  /** Folder that paths are relative to. */
  readonly folder: string;
  /** ISO 8601, UTC. */
  readonly now: string;
}

/** `npm start -- --plan FILE.json`: plans a file and explains it, without running anything. */
export function runPlanCommand(argv: readonly string[], place: CommandPlace): CommandOutcome {
  const parsed = parsePlanArguments(argv);
  switch (parsed.type) {
    case "help":
      return { exitCode: 0, stdout: PLAN_USAGE, stderr: "" };
    case "refused":
      return { exitCode: 2, stdout: "", stderr: `${parsed.message}\n` };
    case "plan":
      try {
        return planFile(parsed.options, place);
      } catch (error) {
        if (error instanceof ConfigurationError) {
          return { exitCode: 2, stdout: "", stderr: `${error.message}\n` };
        }
        throw error;
      }
  }
}

function planFile(options: PlanOptions, { folder, now }: CommandPlace): CommandOutcome {
  const { plan: file, config } = options;
  const configuration = readConfiguration(
    config === undefined ? undefined : readText(folder, config, "--config"),
    config ?? "defaults",
  );
  const issueFile = parseIssueFile(readText(folder, file, "--plan"), file);
  const { malformed } = issueFile;
  const result = planIssueFile(issueFile, configuration, now);
  const stdout = options.json
    ? formatJson(toPlanJson(result.plan, malformed))
    : formatPlanText(result.plan, { titles: result.titles, malformed });
  const remarks = [
    ...malformedRemarks(malformed, file),
    ...otherRemarks(result, file, configuration.triggerLabel),
  ];
  return { exitCode: 0, stdout, stderr: remarks.map((line) => `${line}\n`).join("") };
}

const MAX_REMARKS = 20;

function malformedRemarks(malformed: readonly MalformedEntry[], file: string): readonly string[] {
  const rest = malformed.length - MAX_REMARKS;
  return [
    ...malformed.slice(0, MAX_REMARKS).map(({ problem }) => `${file}: ${problem}.`),
    ...(rest > 0 ? [`${file}: ${rest} more items cannot be read.`] : []),
  ];
}

function otherRemarks(
  { plannedWithoutLabel, missing }: FilePlan,
  file: string,
  triggerLabel: string,
): readonly string[] {
  const named = missing.slice(0, MAX_REMARKS).map((issue) => `#${issue}`);
  const rest = missing.length > MAX_REMARKS ? ` and ${missing.length - MAX_REMARKS} more` : "";
  return [
    ...(plannedWithoutLabel === undefined
      ? []
      : [
          `No open issue carries '${triggerLabel}', so all ${plannedWithoutLabel} open issues are planned.`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `${file} does not hold ${named.join(", ")}${rest}, which other issues wait for. If they are closed, make the list with 'gh issue list --state all --limit 10000'.`,
        ]),
  ];
}

/** One line for each key: readable, and still short for thousands of issues. */
function formatJson(value: object): string {
  const lines = Object.entries(value).map(
    ([key, part]) => `  ${JSON.stringify(key)}: ${JSON.stringify(part)}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

function readText(folder: string, file: string, flag: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(folder, file));
  } catch (error) {
    throw new ConfigurationError(
      `'${flag}' names '${file}', which cannot be read (${errorCode(error)}). Give the path of a file, relative to ${folder}.`,
      { cause: error },
    );
  }
  // PowerShell redirects into UTF-16.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
