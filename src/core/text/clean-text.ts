/** Longest text of an issue that reaches a prompt or a comment; GitHub's own limit is 65,536. */
const MAX_TEXT = 60_000;

/**
 * Returns text of people or agents without what cannot be seen: control and bidirectional
 * characters, zero-width characters, Unicode tags, HTML comments [N03].
 */
export function cleanText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n[cut]` : text;
  return (
    cut
      .replace(
        // eslint-disable-next-line no-control-regex -- control characters are what is removed
        /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e01ef}]/gu,
        "",
      )
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
