/** Shared by all that have nothing to list, which are most of them; never added to. */
export const NOTHING: never[] = [];

/**
 * Adds to the end of a list that has few entries mostly, and returns it. Two are kept in a list of
 * their own length: one that grows by `push` reserves room for seventeen.
 */
export function appended<T extends number | string | object>(list: T[], value: T): T[] {
  const first = list[0];
  if (first === undefined) {
    return [value];
  }
  if (list.length === 1) {
    return [first, value];
  }
  list.push(value);
  return list;
}
