import type { ActionFile } from "./action-file.ts";
import { coerceText } from "./expressions.ts";
import { frameScope } from "./frame-scope.ts";
import type { Frame } from "./job-context.ts";
import type { ActionStep } from "./step-definition.ts";
import { evaluateText, evaluateTexts } from "./template.ts";

/**
 * The inputs of one use of an action: what the step gives, then the action's own defaults. What
 * the action does not declare is passed on with a warning; `required` is not enforced, as on the
 * real runner.
 */
export function actionInputs(
  frame: Frame,
  step: ActionStep,
  file: ActionFile,
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const { log } = frame.job;
  const scope = frameScope(frame, env);
  const inputs: Record<string, string> = {};
  const given = new Map(
    Object.entries(evaluateTexts(step.with, scope)).map(([name, value]) => [
      name.toLowerCase(),
      { name, value },
    ]),
  );
  for (const [name, input] of file.inputs) {
    const own = given.get(name.toLowerCase());
    given.delete(name.toLowerCase());
    const { fallback } = input;
    if (own !== undefined) {
      inputs[name] = own.value;
    } else if (typeof fallback === "string") {
      inputs[name] = evaluateText(fallback, scope);
    } else {
      inputs[name] = fallback === undefined || fallback === null ? "" : coerceText(fallback);
    }
    if (own !== undefined && input.deprecation !== undefined) {
      log.annotate("warning", `Input '${name}' has been deprecated: ${input.deprecation}`);
    }
  }
  for (const { name, value } of given.values()) {
    const known = [...file.inputs.keys()].map((valid) => `'${valid}'`).join(", ");
    log.annotate("warning", `Unexpected input(s) '${name}', valid inputs are [${known}]`);
    inputs[name] = value;
  }
  return inputs;
}
