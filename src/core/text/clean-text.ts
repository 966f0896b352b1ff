/** Longest text of an issue that reaches a prompt or a comment; GitHub's own limit is 65,536. */
const MAX_TEXT = 60_000;

/** Control and format characters but tab and line ends, and variation selectors that carry data. */
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\p{Cf}\u{e0100}-\u{e01ef}]/gu;

/**
 * Returns text of people or agents without what cannot be seen: control and bidirectional
 * characters, zero-width characters, Unicode tags, HTML comments [N03].
 */
export function cleanText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n[cut]` : text;
  return (
    cut
      .replace(INVISIBLE, "")
      .replace(/<!--[\s\S]*?(-->|$)/g, "")
      // What is left was put together by the removals: text that nobody could see before.
      .replaceAll("<!--", "< !--")
      .replace(/\r\n?/g, "\n")
  );
}

/**
 * Returns clean text that can stand in our comments and pull requests without doing anything:
 * nobody is mentioned and no issue is closed by it, character references included. Doing it twice
 * changes nothing.
 */
export function inertText(text: string): string {
  return cleanText(text)
    .replace(/&(?=#|\w+;)/g, "&\u2060")
    .replace(/@(?=[A-Za-z0-9])/g, "@\u2060")
    .replace(
      /(?<![A-Za-z0-9])(close[sd]?|fix(?:e[sd])?|resolve[sd]?)([^A-Za-z0-9#\u2060]{1,200})(?=(?:[\w.-]+\/[\w.-]+)?#\d|gh-\d|https?:)/gi,
      "$1$2\u2060",
    );
}
