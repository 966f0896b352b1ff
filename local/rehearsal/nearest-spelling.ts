/** Returns the word that takes the fewest edits, or `undefined` when none is near. */
export function nearestSpelling(given: string, words: readonly string[]): string | undefined {
  const [nearest] = words
    .map((word) => ({ word, edits: countEdits(given.toLowerCase(), word) }))
    .filter(({ word, edits }) => edits <= Math.max(2, Math.floor(word.length / 3)))
    .toSorted((left, right) => left.edits - right.edits);
  return nearest?.word;
}

/** Insertions, deletions and replacements that make one word the other. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let index = 0; index < from.length; index += 1) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const [diagonal = 0, above = 0] = row.slice(column - 1, column + 1);
      const replace = diagonal + (from[index] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replace, above + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
