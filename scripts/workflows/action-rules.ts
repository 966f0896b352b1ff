// Rules that need to know our actions: what a step passes and reads, what the sources read, what
// dist holds.
import type { Finding } from "./finding.ts";
import { lineAt, type YamlFile, type YamlValue } from "./yaml-file.ts";

/** What a step that uses an action may pass and read. */
export interface ActionInterface {
  readonly inputs: ReadonlyMap<string, { readonly mustBeGiven: boolean }>;
  readonly outputs: ReadonlySet<string>;
}

/** Our actions by their folder in the repository, for example `actions/collect`. */
export type OurActions = ReadonlyMap<string, ActionInterface>;

/** Actions that the caller's repository may hold; ours calls them when they exist. */
const ACTIONS_OF_CALLERS = /\/water-spider-setup$/;
const OUR_ACTION = /^(?:\.\/|\$\/|[^/@]+\/water-spider\/)([^@]+?)\/?(?:@.*)?$/;

/** Reads inputs and outputs from a parsed action.yml. */
export function readActionInterface(file: YamlFile): ActionInterface {
  const inputs = (file.root?.get("inputs")?.entries ?? []).map(({ key, value }) => {
    const required = value?.get("required")?.text === "true";
    return [key, { mustBeGiven: required && value?.get("default") === undefined }] as const;
  });
  const outputs = (file.root?.get("outputs")?.entries ?? []).map(({ key }) => key);
  return { inputs: new Map(inputs), outputs: new Set(outputs) };
}

/** Checks every step of a workflow that uses one of our actions against its action.yml. */
export function checkReferences(file: YamlFile, actions: OurActions): readonly Finding[] {
  return (file.root?.get("jobs")?.entries ?? []).flatMap(({ value: job }) =>
    job === undefined
      ? []
      : (job.get("steps")?.items ?? []).flatMap((step) => checkStep(file, job, step, actions)),
  );
}

function checkStep(
  file: YamlFile,
  job: YamlValue,
  step: YamlValue,
  actions: OurActions,
): readonly Finding[] {
  const uses = step.get("uses");
  const path = OUR_ACTION.exec(uses?.text ?? "")?.[1];
  if (uses === undefined || path === undefined || ACTIONS_OF_CALLERS.test(path)) {
    return [];
  }
  const action = actions.get(path);
  if (action === undefined) {
    return [finding(file, uses.line, `There is no action in ${path}.`)];
  }
  const given = step.get("with")?.entries ?? [];
  const missing = [...action.inputs].filter(
    ([name, { mustBeGiven }]) => mustBeGiven && !given.some(({ key }) => key === name),
  );
  return [
    ...given
      .filter(({ key }) => !action.inputs.has(key))
      .map(({ key, line }) => finding(file, line, `${path} has no input '${key}'.`)),
    ...missing.map(([name]) => finding(file, uses.line, `${path} needs the input '${name}'.`)),
    ...checkOutputs(file, job, step, path, action),
  ];
}

/** `steps.<id>.outputs.<name>` anywhere in the job must name a declared output. */
function checkOutputs(
  file: YamlFile,
  job: YamlValue,
  step: YamlValue,
  path: string,
  action: ActionInterface,
): readonly Finding[] {
  const id = step.get("id")?.text;
  if (id === undefined) {
    return [];
  }
  return [...job.source.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)]
    .filter(([, reader, output]) => reader === id && !action.outputs.has(output ?? ""))
    .map(({ 2: output, index }) =>
      finding(file, lineAt(file.text, job.offset + index), `${path} has no output '${output}'.`),
    );
}

function finding(file: YamlFile, line: number, message: string): Finding {
  return { file: file.path, line, message };
}
