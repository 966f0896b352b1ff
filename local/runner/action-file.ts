import { parseSteps, type StepDefinition } from "./step-definition.ts";
import { checkKeys, InvalidFileError, UnsupportedError } from "./unsupported.ts";
import { isMapping, mappingAt, textAt, type Mapping, type Value } from "./value.ts";
import { readMapping } from "./workflow-file.ts";

export interface ActionInput {
  readonly fallback: Value | undefined;
  readonly deprecation: string | undefined;
}

interface ActionBase {
  readonly inputs: ReadonlyMap<string, ActionInput>;
}

/** Files are relative to the action's directory. */
export interface NodeAction extends ActionBase {
  readonly type: "node";
  readonly main: string;
  readonly pre: string | undefined;
  readonly preCondition: string;
  readonly post: string | undefined;
  readonly postCondition: string;
}

export interface CompositeAction extends ActionBase {
  readonly type: "composite";
  readonly steps: readonly StepDefinition[];
  /** Output name to the template of its value. */
  readonly outputs: Mapping;
}

export type ActionFile = NodeAction | CompositeAction;

const KEYS = ["name", "author", "description", "branding", "inputs", "outputs", "runs"];
const NODE_KEYS = ["using", "main", "pre", "pre-if", "post", "post-if"];

/** Reads an action.yml; `place` names it for messages. */
export function parseActionFile(text: string, place: string): ActionFile {
  const root = readMapping(text, place);
  checkKeys(root, place, KEYS);
  const runs = mappingAt(root, "runs");
  const using = textAt(runs, "using") ?? "";
  const inputs = parseInputs(mappingAt(root, "inputs"));
  if (using === "composite") {
    checkKeys(runs, `${place}, runs`, ["using", "steps"]);
    const outputs = mappingAt(root, "outputs");
    const values = Object.keys(outputs).map((name): [string, Value] => [
      name,
      mappingAt(outputs, name)["value"] ?? "",
    ]);
    const steps = parseSteps(runs["steps"], place);
    return { type: "composite", inputs, steps, outputs: Object.fromEntries(values) };
  }
  if (!/^node(?:20|24)$/.test(using)) {
    throw new UnsupportedError(`${place}: the key 'runs.using' with '${using}' is not emulated.`);
  }
  checkKeys(runs, `${place}, runs`, NODE_KEYS);
  const main = textAt(runs, "main");
  if (main === undefined) {
    throw new InvalidFileError(`${place}: 'runs.main' is missing.`);
  }
  return {
    type: "node",
    inputs,
    main,
    pre: textAt(runs, "pre"),
    preCondition: textAt(runs, "pre-if") ?? "always()",
    post: textAt(runs, "post"),
    postCondition: textAt(runs, "post-if") ?? "always()",
  };
}

function parseInputs(inputs: Mapping): ReadonlyMap<string, ActionInput> {
  return new Map(
    Object.entries(inputs).map(([name, input]) => {
      const definition = isMapping(input) ? input : {};
      const deprecation = textAt(definition, "deprecationMessage");
      return [name, { fallback: definition["default"], deprecation }];
    }),
  );
}
