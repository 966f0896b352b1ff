/** The name with the fewest letters to insert, delete or replace; the first of equals. */
export function nearestName(typed: string, names: readonly string[]): string {
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest?.name ?? "";
}

/** Levenshtein's distance, row by row. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of from.split("").entries()) {
    const current = [row + 1];
    for (const [column, other] of to.split("").entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      const deleted = (above[column + 1] ?? 0) + 1;
      const inserted = (current[column] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
