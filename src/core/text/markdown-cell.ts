/** Control, bidirectional and other characters that cannot be seen, but those that we put in ourselves. */
const INVISIBLE = /(?![\u200B\u2060])[\p{C}\u2028\u2029]+/gu;
const CODE_SPAN = /(`[^`]*`)/u;
/** What could begin markup, a tag, a character reference, a formula or another cell. */
const ACTIVE = /[\\[\]*_~$|]/gu;

/**
 * Makes a sentence of ours, with what it quotes, the text of one table cell or list item: code
 * spans stay, everything else is plain text on one line.
 */
export function formatCell(text: string): string {
  return text
    .replaceAll(INVISIBLE, " ")
    .split(CODE_SPAN)
    .map((part, index) => (index % 2 === 1 ? part.replaceAll("|", "/") : plainText(part)))
    .join("")
    .replaceAll(/\s+/gu, " ")
    .trim();
}

function plainText(text: string): string {
  return text
    .replaceAll("`", "'")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(ACTIVE, String.raw`\$&`);
}
