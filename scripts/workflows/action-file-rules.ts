import type { Finding } from "./finding.ts";
import type { YamlFile } from "./yaml-file.ts";

/** What an action.yml is compared with. */
export interface ActionSurroundings {
  /** Text of the files in the action's own folder: whatever they read, this action declares. */
  readonly ownSources: readonly string[];
  /** Text of what those import from actions/ and src/adapters; may read inputs of other actions too. */
  readonly sharedSources: readonly string[];
  /** Paths inside the action's folder that exist; `undefined` when dist is not built. */
  readonly builtFiles: ReadonlySet<string> | undefined;
}

/** Matches a call of anything named after inputs with a literal name: `getInput("x")`, `requiredInput(core, "x")`. */
const INPUT_READ = /\b\w*[iI]nput\w*\(\s*(?:[\w.]+\s*,\s*)?["'`]([a-z][a-z0-9-]*)["'`]/g;

/** Returns the names of the inputs that a source file reads. */
export function inputsReadBy(source: string): readonly string[] {
  return [...source.matchAll(INPUT_READ)].flatMap(([, name]) => name ?? []);
}

/** Compares an action.yml with the sources that read its inputs and the files that it runs. */
export function checkActionFile(file: YamlFile, around: ActionSurroundings): readonly Finding[] {
  const { root } = file;
  if (root === undefined) {
    return file.problems;
  }
  const finding = (line: number, message: string): Finding => ({ file: file.path, line, message });
  const inputs = root.get("inputs");
  const declared = inputs?.entries ?? [];
  const ownReads = new Set(around.ownSources.flatMap(inputsReadBy));
  const reads = new Set([...ownReads, ...around.sharedSources.flatMap(inputsReadBy)]);
  const programs = ["main", "pre", "post"].flatMap((key) => root.get("runs", key) ?? []);
  return [
    ...declared
      .filter(({ key }) => !reads.has(key))
      .map(({ key, line }) => finding(line, `No source file reads the input '${key}'.`)),
    ...[...ownReads]
      .filter((name) => !declared.some(({ key }) => key === name))
      .map((name) =>
        finding(inputs?.line ?? 1, `The sources read the input '${name}', which is not declared.`),
      ),
    ...programs
      .filter(({ text = "" }) => around.builtFiles?.has(text) === false)
      .map(({ text, line }) => finding(line, `'${text}' does not exist: run npm run build.`)),
  ];
}
