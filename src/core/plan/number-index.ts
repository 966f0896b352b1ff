import { at } from "./graph.ts";

/** So many times as many numbers as issues are still called dense. */
const MAX_SPREAD = 8;
const MIN_NUMBERS = 1_024;
/** Marks a number that is not in the index. */
const NONE = -1;

/**
 * Finds something small, 0 or more, by issue number. Issue numbers are dense, so that an array does
 * it: a map of 100,000 costs ten times as much per question. Numbers beyond the array go to a map.
 */
export class NumberIndex {
  readonly #dense: Int32Array;
  readonly #sparse = new Map<number, number>();

  /** `numbers` are those that may come; others may come as well and cost more. */
  constructor(numbers: Iterable<number>, count: number) {
    const limit = Math.max(MAX_SPREAD * count, MIN_NUMBERS);
    let highest = 0;
    for (const number of numbers) {
      if (number > highest && number < limit) {
        highest = number;
      }
    }
    this.#dense = new Int32Array(highest + 1).fill(NONE);
  }

  get(number: number): number | undefined {
    const value = this.#dense[number];
    if (value === undefined) {
      return this.#sparse.get(number);
    }
    return value === NONE ? undefined : value;
  }

  set(number: number, value: number): void {
    if (this.#dense[number] === undefined) {
      this.#sparse.set(number, value);
    } else {
      this.#dense[number] = value;
    }
  }
}

/** Numbers and places that fit into one exact number together. */
const MAX_NUMBER = 2 ** 30;
const MAX_PLACES = 2 ** 22;

/** The places of a list, the lowest number first; of equal numbers the first place first. */
export function placesInOrder(numbers: readonly number[]): readonly number[] {
  const keys = new Float64Array(numbers.length);
  let fit = numbers.length <= MAX_PLACES;
  for (let place = 0; place < numbers.length; place += 1) {
    const number = numbers[place] ?? 0;
    fit &&= Number.isInteger(number) && number >= 0 && number < MAX_NUMBER;
    keys[place] = number * MAX_PLACES + place;
  }
  // Sorting numbers takes a fraction of the time that sorting by a comparison takes.
  const sorted = fit ? keys.toSorted() : undefined;
  return sorted === undefined
    ? [...numbers.keys()].toSorted((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0))
    : numbers.map((_, index) => at(sorted, index) % MAX_PLACES);
}
