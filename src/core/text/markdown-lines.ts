import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";

import { CODE_PLACEHOLDER, isIssueUrl } from "./dependency-line.ts";

/** A line of prose: what a reader sees, without code blocks, quotes and comments. */
export interface ProseLine {
  /** Counted from 1 in the body. */
  readonly line: number;
  readonly text: string;
  /** True for the first line of a list item. */
  readonly isListItem: boolean;
}

/** Anything in a body that could make a line something else than what it looks like. */
const MARKUP =
  /[`><~\\&[*_!\t\r]|^ {2}|^(?:[-+]|\d+[.)]) {2}|^ ?(?!1[.)])\d+[.)]|^[-=]{2,}\s*$|^ ?(?:[-+]|\d+[.)])\s*$/mu;
const SIMPLE_PREFIX = /^ ?(?:#{1,6} |([-+]|\d{1,9}[.)]) (?:#{1,6} |(?:[-+]|\d{1,9}[.)]) )*)?/u;
/** Cheap test: then there is no prefix. */
const LETTER_FIRST = /^[A-Za-z]/;

/**
 * Deep nesting, many lines and many emphasis marks take the parser quadratic time: 60,000 characters
 * of them took up to 18 s (measured). Bodies beyond these counts are not parsed.
 */
const MAX_LINES = 5_000;
const MAX_NESTING_MARKERS = 40;
const MAX_EMPHASIS_MARKERS = 3_000;
const NESTING = new RegExp(String.raw`^(?:[ \t]*[>*+-]){${MAX_NESTING_MARKERS}}`, "mu");
/** What such nesting has somewhere: found out in a fraction of the time. */
const MAY_NEST = new RegExp(`[>*+-][ \\t>*+-]{${MAX_NESTING_MARKERS - 1}}`, "u");

/** Tells whether parsing would cost more than any honest body does. */
export function isTooIntricate(body: string): boolean {
  if (MAY_NEST.test(body) && NESTING.test(body)) {
    return true;
  }
  // A shorter body has neither so many lines nor so many marks.
  return body.length > MAX_EMPHASIS_MARKERS && isTooMuch(body);
}

function isTooMuch(body: string): boolean {
  let marks = 0;
  let lines = 1;
  for (let index = 0; index < body.length; index += 1) {
    const character = body[index];
    if (character === "\n") {
      lines += 1;
    } else if (character === "*" || character === "_" || character === "[") {
      marks += 1;
    }
  }
  return lines > MAX_LINES || marks > MAX_EMPHASIS_MARKERS;
}

/** Tells whether only the full grammar knows what the lines of a body are. */
export function hasMarkup(body: string): boolean {
  return MARKUP.test(body);
}

/**
 * The prose of a body without markup, or of a part of it that begins at `firstLine`, line by line. A
 * property test holds that the full grammar says the same.
 */
export function listPlainLines(body: string, firstLine = 1): readonly ProseLine[] {
  return body.split("\n").map((raw, index) => {
    const prefix = LETTER_FIRST.test(raw) ? undefined : SIMPLE_PREFIX.exec(raw);
    const text = raw.slice(prefix?.[0].length ?? 0).trim();
    return { line: firstLine + index, text, isListItem: prefix?.[1] !== undefined };
  });
}

/** The same by the full grammar. Iterative: nesting is the author's choice, the stack is ours. */
export function listMarkdownLines(body: string): readonly ProseLine[] {
  const lines: ProseLine[] = [];
  const open: { readonly node: Nodes; readonly inListItem: boolean }[] = [
    { node: fromMarkdown(body), inListItem: false },
  ];
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const { node, inListItem } = top;
    switch (node.type) {
      case "paragraph":
      case "heading":
        pushAll(lines, phrasingLines(node, inListItem));
        break;
      case "html":
        pushAll(lines, htmlLines(node.value, node.position?.start.line ?? 1));
        break;
      case "root":
      case "list":
      case "listItem":
        for (const child of node.children.toReversed()) {
          const isFirst = node.type === "listItem" && child === node.children[0];
          open.push({ node: child, inListItem: isFirst });
        }
        break;
      default:
        break;
    }
  }
  return lines;
}

/** `push(...many)` overflows the stack at some hundred thousand arguments. */
function pushAll(lines: ProseLine[], more: readonly ProseLine[]): void {
  for (const line of more) {
    lines.push(line);
  }
}

/** Splits a paragraph into its lines; each keeps the number that it has in the body. */
function phrasingLines(block: Nodes, inListItem: boolean): readonly ProseLine[] {
  const lines: ProseLine[] = [];
  let line = block.position?.start.line ?? 1;
  let text = "";
  const endLine = (): void => {
    lines.push({ line, text: text.trim(), isListItem: inListItem && lines.length === 0 });
    text = "";
  };
  const open: Nodes[] = "children" in block ? [...block.children].toReversed() : [];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    line = Math.max(line, node.position?.start.line ?? line);
    if (node.type === "text") {
      for (const [index, part] of node.value.split("\n").entries()) {
        if (index > 0) {
          endLine();
          line += 1;
        }
        text += part;
      }
    } else if (node.type === "break") {
      endLine();
      line += 1;
    } else if (node.type === "link" && isIssueUrl(node.url)) {
      text += node.url;
    } else if (node.type === "inlineCode" || node.type === "image") {
      text += CODE_PLACEHOLDER;
    } else if ("children" in node) {
      open.push(...node.children.toReversed());
    }
  }
  endLine();
  return lines;
}

const HIDDEN_HTML = /<(?:pre|code|blockquote|script|style|textarea|template)\b/iu;

/** Text between tags, as in `<details>`; comments and quoting elements are left out. */
function htmlLines(html: string, firstLine: number): readonly ProseLine[] {
  const visible = html.replaceAll(/<!--[\s\S]*?(?:-->|$)/gu, (comment) =>
    comment.replaceAll(/[^\n]+/gu, ""),
  );
  if (HIDDEN_HTML.test(visible)) {
    return [];
  }
  return visible.split("\n").map((raw, index) => ({
    line: firstLine + index,
    text: raw.replaceAll(/<[^<>]{0,1000}>/gu, " ").trim(),
    isListItem: false,
  }));
}
