import {
  coerceText,
  evaluateExpression,
  isTruthy,
  usesStatusFunction,
  type Scope,
} from "./expressions.ts";
import { InvalidFileError } from "./unsupported.ts";
import { isMapping, isSequence, type Mapping, type Value } from "./value.ts";

export type Piece =
  | { readonly type: "literal"; readonly text: string }
  | { readonly type: "expression"; readonly text: string };

/** Returns where the expression that begins at `start` ends: `}}` inside quotes does not close it. */
function expressionEnd(text: string, start: number): number {
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    if (text[index] === "'") {
      quoted = !quoted;
    } else if (!quoted && text.startsWith("}}", index)) {
      return index;
    }
  }
  throw new InvalidFileError(`The expression in '${text}' is not closed.`);
}

/** Splits a text into literals and the expressions between `${{` and `}}`. */
export function splitTemplate(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf("${{", position);
    const literal = open < 0 ? text.slice(position) : text.slice(position, open);
    if (literal !== "") {
      pieces.push({ type: "literal", text: literal });
    }
    if (open < 0) {
      break;
    }
    const end = expressionEnd(text, open + 3);
    pieces.push({ type: "expression", text: text.slice(open + 3, end) });
    position = end + 2;
  }
  return pieces;
}

/** Evaluates a text: one that is a single expression keeps its type, others become text. */
export function evaluateTemplate(text: string, scope: Scope): Value {
  const pieces = splitTemplate(text);
  const [first] = pieces;
  if (pieces.length === 1 && first?.type === "expression") {
    return evaluateExpression(first.text, scope);
  }
  return pieces
    .map((piece) =>
      piece.type === "literal" ? piece.text : coerceText(evaluateExpression(piece.text, scope)),
    )
    .join("");
}

/** Evaluates a text to a text. */
export function evaluateText(text: string, scope: Scope): string {
  return coerceText(evaluateTemplate(text, scope));
}

/** Evaluates every text inside a value. */
export function evaluateValue(value: Value, scope: Scope): Value {
  if (typeof value === "string") {
    return evaluateTemplate(value, scope);
  }
  if (isSequence(value)) {
    return value.map((item) => evaluateValue(item, scope));
  }
  return isMapping(value) ? evaluateMapping(value, scope) : value;
}

/** Evaluates the values of a mapping; its keys are taken as they are. */
export function evaluateMapping(mapping: Mapping, scope: Scope): Mapping {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [key, evaluateValue(value, scope)]),
  );
}

/** Evaluates the values of a mapping to texts, as environments and `with` need them. */
export function evaluateTexts(mapping: Mapping, scope: Scope): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [key, coerceText(evaluateValue(value, scope))]),
  );
}

/** Evaluates an `if`: without a status function, `success()` is implied. */
export function evaluateCondition(condition: string | undefined, scope: Scope): boolean {
  const text = conditionExpression(condition ?? "");
  if (text.trim() === "") {
    return isTruthy(evaluateExpression("success()", scope));
  }
  const whole = usesStatusFunction(text) ? text : `success() && (${text})`;
  return isTruthy(evaluateExpression(whole, scope));
}

function conditionExpression(condition: string): string {
  const pieces = splitTemplate(condition.trim());
  if (!pieces.some((piece) => piece.type === "expression")) {
    return condition;
  }
  const [first] = pieces;
  if (pieces.length > 1 || first === undefined) {
    throw new InvalidFileError(
      `The condition '${condition}' mixes text with an expression, so it would always be true.`,
    );
  }
  return first.text;
}
