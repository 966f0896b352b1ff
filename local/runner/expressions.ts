import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";

import { isMapping, isSequence, type Mapping, type Value } from "./value.ts";

/** A function that an expression may call besides the built-in ones, with texts as arguments. */
export type ExpressionFunction = (args: readonly string[]) => Value;

/** What an expression can see: the named contexts and the functions of the place it stands in. */
export interface Scope {
  readonly contexts: Readonly<Record<string, Value>>;
  readonly functions?: Readonly<Record<string, ExpressionFunction>>;
}

/** An expression that cannot be read or evaluated; the message holds the expression. */
export class ExpressionFailure extends Error {
  override readonly name = "ExpressionFailure";
}

const STATUS_FUNCTIONS = ["success", "failure", "cancelled", "always"];

/** Contexts are converted when first touched: an event payload is large, most expressions small. */
class LazyContexts extends data.Dictionary {
  readonly #contexts: Readonly<Record<string, Value>>;
  readonly #converted = new Map<string, data.ExpressionData>();

  constructor(contexts: Readonly<Record<string, Value>>) {
    super();
    this.#contexts = contexts;
  }

  override get(key: string): data.ExpressionData | undefined {
    const name = Object.keys(this.#contexts).find(
      (candidate) => candidate.toLowerCase() === key.toLowerCase(),
    );
    if (name === undefined) {
      return undefined;
    }
    const known = this.#converted.get(name) ?? toData(this.#contexts[name] ?? {});
    this.#converted.set(name, known);
    return known;
  }
}

function toData(value: Value): data.ExpressionData {
  if (value === null) {
    return new data.Null();
  }
  if (isSequence(value)) {
    return new data.Array(...value.map(toData));
  }
  if (isMapping(value)) {
    const pairs = Object.entries(value).map(([key, item]) => ({ key, value: toData(item) }));
    return new data.Dictionary(...pairs);
  }
  if (typeof value === "string") {
    return new data.StringData(value);
  }
  return typeof value === "number" ? new data.NumberData(value) : new data.BooleanData(value);
}

function toPlain(value: data.ExpressionData): Value {
  if (value instanceof data.Array) {
    return value.values().map(toPlain);
  }
  if (value instanceof data.Dictionary) {
    return Object.fromEntries(value.pairs().map((pair) => [pair.key, toPlain(pair.value)]));
  }
  if (value instanceof data.BooleanData || value instanceof data.NumberData) {
    return value.value;
  }
  return value instanceof data.StringData ? value.value : null;
}

function definitionOf([name, call]: [string, ExpressionFunction]): FunctionDefinition {
  const maxArgs = STATUS_FUNCTIONS.includes(name) ? 0 : 255;
  return {
    name,
    minArgs: 0,
    maxArgs,
    call: (...args) => toData(call(args.map((argument) => argument.coerceString()))),
  };
}

/** Evaluates one expression, given without its `${{ }}`. */
export function evaluateExpression(text: string, scope: Scope): Value {
  const definitions = Object.entries(scope.functions ?? {}).map(definitionOf);
  try {
    const tokens = new Lexer(text).lex().tokens;
    const parsed = new Parser(tokens, Object.keys(scope.contexts), definitions).parse();
    const byName = new Map(definitions.map((item) => [item.name.toLowerCase(), item]));
    return toPlain(new Evaluator(parsed, new LazyContexts(scope.contexts), byName).evaluate());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExpressionFailure(`The expression '${text.trim()}' failed: ${reason}`, {
      cause: error,
    });
  }
}

/** Whether a condition calls success(), failure(), cancelled() or always(). */
export function usesStatusFunction(text: string): boolean {
  const { tokens } = new Lexer(text).lex();
  return tokens.some(
    (token, index) =>
      STATUS_FUNCTIONS.includes(token.lexeme.toLowerCase()) && tokens[index + 1]?.lexeme === "(",
  );
}

/** The text that a value becomes inside a larger text, as GitHub writes it. */
export function coerceText(value: Value): string {
  return typeof value === "string" ? value : toData(value).coerceString();
}

/** GitHub's truth: false, 0, "" and null are false. */
export function isTruthy(value: Value): boolean {
  return value !== false && value !== 0 && value !== "" && value !== null;
}

/** Looks a key up as expressions do, without regard to case. */
export function lookUp(mapping: Mapping, key: string): Value | undefined {
  const found = Object.keys(mapping).find((name) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : mapping[found];
}
