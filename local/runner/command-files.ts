import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The files by name, each with its variable (`GITHUB_OUTPUT`) and what it is called on disk. */
const FILES = [
  { name: "output", variable: "GITHUB_OUTPUT", file: "set_output" },
  { name: "env", variable: "GITHUB_ENV", file: "set_env" },
  { name: "path", variable: "GITHUB_PATH", file: "add_path" },
  { name: "state", variable: "GITHUB_STATE", file: "save_state" },
  { name: "summary", variable: "GITHUB_STEP_SUMMARY", file: "step_summary" },
] as const;

export type CommandFileName = (typeof FILES)[number]["name"];

/** A command file that the runner cannot read; it fails the step. */
export class CommandFileError extends Error {
  override readonly name = "CommandFileError";
}

/** The five files through which one step hands results to the runner, fresh for every step. */
export class CommandFiles {
  readonly #paths: ReadonlyMap<CommandFileName, string>;

  constructor(temporaryDirectory: string) {
    const directory = join(temporaryDirectory, "_runner_file_commands");
    const id = randomUUID();
    mkdirSync(directory, { recursive: true });
    this.#paths = new Map(FILES.map(({ name, file }) => [name, join(directory, `${file}_${id}`)]));
    for (const path of this.#paths.values()) {
      writeFileSync(path, "");
    }
  }

  /** The variables that tell a process where the files are. */
  environment(): Record<string, string> {
    return Object.fromEntries(
      FILES.map(({ name, variable }) => [variable, this.#paths.get(name) ?? ""]),
    );
  }

  /** A file that the step removed counts as empty. */
  read(name: CommandFileName): string {
    try {
      return readFileSync(this.#paths.get(name) ?? "", "utf8");
    } catch {
      return "";
    }
  }

  remove(): void {
    for (const path of this.#paths.values()) {
      rmSync(path, { force: true });
    }
  }
}

/** Reads `name=value` lines and `name<<DELIMITER` blocks; a later entry of one name wins. */
export function parseCommandFile(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? "").replace(/\r$/, "");
    if (line === "") {
      continue;
    }
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      entries.set(named(line, line.slice(0, equals)), line.slice(equals + 1));
    } else if (heredoc >= 0) {
      const block = readBlock(lines, index + 1, line.slice(heredoc + 2));
      entries.set(named(line, line.slice(0, heredoc)), block.value);
      index = block.end;
    } else {
      throw new CommandFileError(`Invalid format '${line}'`);
    }
  }
  return entries;
}

function named(line: string, name: string): string {
  if (name === "") {
    throw new CommandFileError(`Invalid format '${line}'. Name must not be empty`);
  }
  return name;
}

function readBlock(
  lines: readonly string[],
  start: number,
  delimiter: string,
): { readonly value: string; readonly end: number } {
  if (delimiter === "") {
    throw new CommandFileError("Invalid format. Delimiter must not be empty");
  }
  const end = lines.findIndex(
    (line, index) => index >= start && line.replace(/\r$/, "") === delimiter,
  );
  if (end < 0 && lines.at(-1) !== "") {
    throw new CommandFileError("Invalid value. EOF marker missing new line.");
  }
  if (end < 0) {
    throw new CommandFileError(`Invalid value. Matching delimiter not found '${delimiter}'`);
  }
  return { value: lines.slice(start, end).join("\n"), end };
}

/** Reads the lines of a GITHUB_PATH file, the order in which they were written. */
export function parsePathFile(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}
