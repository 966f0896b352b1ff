/** Marks our one status comment of an issue; invisible to people. */
export const STATUS_MARKER = "<!-- water-spider:status -->";

/** Marks a comment that is written once; `key` tells what it is about. */
export function onceMarker(key: string): string {
  return `<!-- water-spider:once ${key} -->`;
}

const BLOCK_START = "<!-- water-spider:begin -->";
const BLOCK_END = "<!-- water-spider:end -->";

/**
 * Returns `description` with our block replaced, or appended when there is none. What people wrote
 * around it stays as it is.
 */
export function withBlock(description: string, block: string): string {
  const ours = `${BLOCK_START}\n${block}\n${BLOCK_END}`;
  const { start, end } = findBlock(description);
  if (start < 0 || end < 0) {
    return description === "" ? ours : `${description.trimEnd()}\n\n${ours}`;
  }
  return description.slice(0, start) + ours + description.slice(end + BLOCK_END.length);
}

/** Returns the lines of our block in a description, or `undefined` when it has none. */
export function blockOf(description: string): string | undefined {
  const { start, end } = findBlock(description);
  return start < 0 || end < 0
    ? undefined
    : description.slice(start + BLOCK_START.length, end).trim();
}

/** The last start counts: where somebody deleted an end, everything after it is a person's. */
function findBlock(description: string): { readonly start: number; readonly end: number } {
  const start = description.lastIndexOf(BLOCK_START);
  return { start, end: description.indexOf(BLOCK_END, start) };
}
