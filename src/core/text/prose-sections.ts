import { hasMarkup, listMarkdownLines, listPlainLines, type ProseLine } from "./markdown-lines.ts";
import { appended, NOTHING } from "./short-list.ts";

/** A part of a body that means by itself what it means in the whole. */
export interface Section {
  /** Line of the body at which it begins, from 1. */
  readonly firstLine: number;
  readonly text: string;
  /** True when it is one block of fenced code and nothing else: there is no prose in it. */
  readonly isCode: boolean;
}

const TAB = 9;
const SPACE = 32;
const BACKTICK = 96;
const TILDE = 126;
const LESS_THAN = 60;

/** HTML that goes on over blank lines, comments excepted; and two odd forms of a comment. */
const LASTING_HTML = /<(?:[?]|!(?!--)|!--?-?>|\/?(?:pre|script|style|textarea)\b)/iuy;

/**
 * Splits a body before every line without indent that follows a blank line: there each list and
 * quote has ended. It does not in fenced code and in comments. From where only the full grammar
 * knows what is code, the rest stays in one piece, and so does a body with link definitions, which
 * change the meaning of lines far away. Sections that end before the position `from` are left out.
 */
export function splitSections(body: string, from = 0): readonly Section[] {
  return body.includes("]:")
    ? [{ firstLine: 1, text: body, isCode: false }]
    : new Splitter(body, from).split();
}

/** What a line without indent means for those after it. */
type Mode = "flow" | "code" | "comment";

class Splitter {
  readonly #body: string;
  readonly #from: number;
  #sections: Section[] = NOTHING;
  #mode: Mode = "flow";
  /** The fence that has to be met by one at least as long. */
  #fence = "";
  /** True up to the next blank line after a line that begins with a tag. */
  #isHtml = false;
  /** True while the section has nothing but the code with which it begins. */
  #isCode = false;
  #start = 0;
  #firstLine = 1;

  constructor(body: string, from: number) {
    this.#body = body;
    this.#from = from;
  }

  split(): readonly Section[] {
    const body = this.#body;
    let isAfterBlank = false;
    /** The parser takes a list for something else when indented code stands before it. */
    let isAfterIndent = false;
    let line = 1;
    for (let from = 0, end = 0; from <= body.length; from = end + 1, line += 1) {
      const next = body.indexOf("\n", from);
      end = next < 0 ? body.length : next;
      const text = firstVisible(body, from, end);
      const isBlank = text === end;
      if (this.#mode !== "flow") {
        this.#goOn(from, end);
        isAfterBlank = false;
        continue;
      }
      if (isBlank) {
        this.#isHtml = false;
        isAfterBlank = true;
        continue;
      }
      if (isAfterBlank && !isAfterIndent && text === from) {
        this.#cut(from, line);
      }
      isAfterBlank = false;
      isAfterIndent = text - from > 3 || body.slice(from, text).includes("\t");
      if (!isAfterIndent && !this.#read(from, text, end)) {
        break;
      }
    }
    this.#cut(body.length, line);
    return this.#sections;
  }

  #cut(position: number, line: number): void {
    if (position > this.#start && position > this.#from) {
      const text = this.#body.slice(this.#start, position);
      const section = { firstLine: this.#firstLine, text, isCode: this.#isCode };
      this.#sections = appended(this.#sections, section);
    }
    this.#isCode = false;
    this.#start = position;
    this.#firstLine = line;
  }

  /** Looks for the end of code or of a comment. */
  #goOn(from: number, end: number): void {
    const line = this.#body.slice(from, end);
    const isOver =
      this.#mode === "comment"
        ? line.includes("-->")
        : line.trimStart().startsWith(this.#fence) && isClosingFence(line, this.#fence);
    if (isOver) {
      this.#mode = "flow";
    }
  }

  /** Reads a line of the flow whose text begins at `text`; false = the grammar has to decide. */
  #read(from: number, text: number, end: number): boolean {
    this.#isCode = false;
    const first = this.#body.charCodeAt(text);
    if (first === LESS_THAN) {
      return this.#readTag(from, text, end);
    }
    return first === BACKTICK || first === TILDE ? this.#readFence(from, text, end) : true;
  }

  #readFence(from: number, text: number, end: number): boolean {
    const fence = openingFence(this.#body.slice(text, end));
    if (fence === undefined) {
      return true;
    }
    this.#fence = fence;
    this.#mode = "code";
    // With an indent it may belong to a list item; between tags it may be no code at all.
    const isSure = text === from && !this.#isHtml;
    this.#isCode = isSure && from === this.#start;
    return isSure;
  }

  #readTag(from: number, text: number, end: number): boolean {
    const body = this.#body;
    LASTING_HTML.lastIndex = text;
    if (LASTING_HTML.test(body)) {
      return false;
    }
    if (!body.startsWith("<!--", text)) {
      this.#isHtml = true;
      return true;
    }
    const close = body.indexOf("-->", text + 4);
    if (close >= 0 && close < end) {
      return true;
    }
    this.#mode = "comment";
    return text === from && !this.#isHtml;
  }
}

/** Position of the first character that is neither space nor tab; `end` when there is none. */
function firstVisible(body: string, from: number, end: number): number {
  let position = from;
  for (; position < end; position += 1) {
    const character = body.charCodeAt(position);
    if (character !== SPACE && character !== TAB) {
      break;
    }
  }
  return position;
}

/** The marks that open fenced code; backticks that come again in the line are inline code. */
function openingFence(text: string): string | undefined {
  const fence = /^(?:`{3,}(?=[^`]*$)|~{3,})/u.exec(text);
  return fence?.[0];
}

function isClosingFence(line: string, fence: string): boolean {
  const marks = /^ {0,3}(`{3,}|~{3,})[ \t]*$/u.exec(line)?.[1];
  return marks !== undefined && marks.startsWith(fence);
}

/**
 * What the rendered text of a section may be relevant for: the words of a declaration, whole; what
 * may be one of their letters; or the beginning of a word, with markup inside of the word.
 */
const RELEVANT =
  /blocked|depends|paths|&|(?<![\p{L}\p{N}])(?:b(?:l(?:o(?:c(?:ke?)?)?)?)?|d(?:e(?:p(?:e(?:nd?)?)?)?)?)[*_[\]<]/iu;

/** Tells whether any line of the section could declare something, in whatever disguise. */
export function isRelevant({ text }: Section): boolean {
  return RELEVANT.test(text);
}

/** Position before which nothing is relevant; 0 or more. */
export function firstRelevant(body: string): number {
  const position = body.search(RELEVANT);
  return position < 0 ? body.length : position;
}

/** A first line that is seen, whatever stands around it, and begins with no reference. */
const WORDS_FIRST =
  /^(?:(?:[-+*]|1\.) |#{1,6} )?(?:\[[ x]\] )?(?:\*\*)?(?!(?:and|or|gh|https?)(?![a-z]))[a-z]+(?:[ :\n]|$)/iu;

/** Tells whether a list of references cannot go on here. Errs on the side of no. */
export function beginsWithWords({ text }: Section): boolean {
  return WORDS_FIRST.test(text);
}

/** `**Blocked by:** #3`: words between two marks that can only be the two ends of strong text. */
const STRONG = /(^| )\*\*([A-Za-z](?:[^*\n]*[^*\s])?)\*\*(?=[ \n]|$)/gmu;

/** Returns the prose of a section, with the numbers that its lines have in the body. */
export function listSectionLines({ firstLine, text }: Section): readonly ProseLine[] {
  if (!hasMarkup(text)) {
    return listPlainLines(text, firstLine);
  }
  const bare = text.replaceAll(STRONG, "$1$2");
  return hasMarkup(bare)
    ? listMarkdownLines(text).map((line) => ({ ...line, line: line.line + firstLine - 1 }))
    : listPlainLines(bare, firstLine);
}
