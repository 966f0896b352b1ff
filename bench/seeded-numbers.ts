/** Numbers from 0 up to, not including, 1: the same ones for the same seed, on every machine. */
export type NextNumber = () => number;

/** Returns a generator of seeded numbers: a Weyl sequence, mixed so that all 32 bits depend on it. */
export function numbersFrom(seed: number): NextNumber {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e_37_79_b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21_f0_aa_ad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x73_5a_2d_97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` up to and including `most`. */
export function wholeNumber(next: NextNumber, least: number, most: number): number {
  return least + Math.floor(next() * (most - least + 1));
}

/** One of the items, each as likely as the others. */
export function oneOf<T>(next: NextNumber, items: readonly [T, ...T[]]): T {
  return items[Math.floor(next() * items.length)] ?? items[0];
}

/** The items in another order, every order as likely as the others. */
export function shuffled<T>(next: NextNumber, items: Iterable<T>): T[] {
  return Array.from(items, (item) => ({ item, key: next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
