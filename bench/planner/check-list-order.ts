import type { ListedIssue } from "./graph-lists.ts";

/** Throws unless the order has every issue once, each after all that it waits for. */
export function checkListOrder(issues: readonly ListedIssue[], order: readonly number[]): void {
  const place = new Map(order.map((number, index) => [number, index]));
  if (order.length !== issues.length || place.size !== issues.length) {
    throw new Error(`The order has ${order.length} entries for ${issues.length} issues.`);
  }
  for (const { number, blockedBy } of issues) {
    const own = place.get(number) ?? -1;
    for (const blocker of blockedBy) {
      const before = place.get(blocker) ?? Number.POSITIVE_INFINITY;
      if (!(before < own)) {
        throw new Error(`#${blocker} has to come before #${number} and does not.`);
      }
    }
  }
}
