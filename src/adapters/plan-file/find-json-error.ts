/** Where a text stops being JSON, and what stands there. */
export interface JsonError {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** What may stand there. */
  readonly expected: string;
  /** The first character that may not stand there; `undefined` = the text ends too early. */
  readonly found: string | undefined;
}

const BLANK = /[ \t\n\r]*/uy;
const STRING = /"(?:[ !#-[\]-\u{10FFFF}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/uy;

type Wanted = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "end";

const NAMES: Readonly<Record<Wanted, string>> = {
  value: "a value",
  "value-or-end": "a value or ']'",
  key: "a name in double quotes",
  "key-or-end": "a name in double quotes or '}'",
  colon: "':'",
  "comma-or-end": "',' or the end of the list or object",
  end: "the end of the file",
};

/**
 * Finds the first place at which a text is no JSON; `undefined` when there is none. The messages of
 * `JSON.parse` differ between versions of Node and often name no line.
 */
export function findJsonError(text: string): JsonError | undefined {
  const open: ("[" | "{")[] = [];
  let wanted: Wanted = "value";
  let position = skip(BLANK, text, 0);
  while (position < text.length) {
    const step = readToken(text, position, wanted, open);
    if (step === undefined) {
      break;
    }
    wanted = step.wanted;
    position = skip(BLANK, text, step.end);
  }
  return position >= text.length && wanted === "end"
    ? undefined
    : describe(text, position, NAMES[wanted]);
}

interface Step {
  readonly end: number;
  readonly wanted: Wanted;
}

function readToken(
  text: string,
  position: number,
  wanted: Wanted,
  open: ("[" | "{")[],
): Step | undefined {
  const character = text[position];
  const end = position + 1;
  switch (wanted) {
    case "colon":
      return character === ":" ? { end, wanted: "value" } : undefined;
    case "comma-or-end":
      if (character === ",") {
        return { end, wanted: open.at(-1) === "{" ? "key" : "value" };
      }
      return closes(character, open) ? close(end, open) : undefined;
    case "key":
    case "key-or-end": {
      if (wanted === "key-or-end" && character === "}") {
        return close(end, open);
      }
      const key = skip(STRING, text, position);
      return key > position ? { end: key, wanted: "colon" } : undefined;
    }
    case "value":
    case "value-or-end":
      return wanted === "value-or-end" && character === "]"
        ? close(end, open)
        : readValue(text, position, open);
    case "end":
      return undefined;
  }
}

function readValue(text: string, position: number, open: ("[" | "{")[]): Step | undefined {
  const character = text[position];
  if (character === "[" || character === "{") {
    open.push(character);
    return { end: position + 1, wanted: character === "[" ? "value-or-end" : "key-or-end" };
  }
  const end = Math.max(skip(STRING, text, position), skip(SCALAR, text, position));
  return end > position ? { end, wanted: afterValue(open) } : undefined;
}

function closes(character: string | undefined, open: readonly ("[" | "{")[]): boolean {
  return character === (open.at(-1) === "{" ? "}" : "]");
}

function close(end: number, open: ("[" | "{")[]): Step {
  open.pop();
  return { end, wanted: afterValue(open) };
}

function afterValue(open: readonly unknown[]): Wanted {
  return open.length === 0 ? "end" : "comma-or-end";
}

/** The position behind a match at `position`, or `position` when there is none. */
function skip(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}

function describe(text: string, position: number, expected: string): JsonError {
  const before = text.slice(0, position);
  return {
    line: before.split("\n").length,
    column: position - before.lastIndexOf("\n"),
    expected,
    found:
      position < text.length ? String.fromCodePoint(text.codePointAt(position) ?? 0) : undefined,
  };
}
