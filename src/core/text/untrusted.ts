/** Longest piece of foreign text that one of our sentences quotes. */
const MAX_QUOTED_CHARACTERS = 60;

/** Control, format (bidirectional, zero width), surrogate and private characters. */
const INVISIBLE = /[\p{C}\u2028\u2029]+/gu;

/**
 * Puts a piece of text that someone else wrote into one of our sentences: on one line, without
 * invisible characters, short, and as a code span, in which GitHub neither mentions nor links.
 */
export function quoteText(text: string): string {
  const visible = text
    .slice(0, 10 * MAX_QUOTED_CHARACTERS)
    .replaceAll(INVISIBLE, " ")
    .replaceAll(/\s+/gu, " ")
    .replaceAll("`", "'")
    .replaceAll("|", "/")
    .trim();
  const characters = Array.from(visible);
  const short =
    characters.length > MAX_QUOTED_CHARACTERS
      ? `${characters.slice(0, MAX_QUOTED_CHARACTERS).join("")}…`
      : visible;
  return `\`${short === "" ? "(empty)" : short}\``;
}

/** A sentence from the journal or from GitHub, made safe to stand inside one of ours. */
export function plainSentence(text: string): string {
  return text
    .slice(0, 300)
    .replaceAll(INVISIBLE, " ")
    .replaceAll(/[\s|<>]+/gu, " ")
    .replaceAll("@", "@\u200B")
    .replaceAll("`", "'")
    .trim()
    .replace(/[.\s]+$/u, "");
}
