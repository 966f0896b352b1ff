/**
 * Chance that a seed alone decides (sfc32). Streams forked under different names do not disturb
 * each other, so that a history stays nearly the same when one of its steps is left out.
 */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
    this.#a = hash(seed, 0x81_1c_9d_c5);
    this.#b = hash(seed, 0x9e_37_79_b9);
    this.#c = hash(seed, 0x85_eb_ca_6b);
    for (let round = 0; round < 8; round += 1) {
      this.next();
    }
  }

  fork(name: string): Chance {
    return new Chance(`${this.#seed}/${name}`);
  }

  /** Uniform in [0, 1). */
  next(): number {
    const mixed = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + mixed) | 0;
    return (mixed >>> 0) / 4_294_967_296;
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  pick<T>(things: readonly [T, ...T[]]): T;
  pick<T>(things: readonly T[]): T | undefined;
  pick<T>(things: readonly T[]): T | undefined {
    return things[Math.floor(this.next() * things.length)];
  }

  /** Picks by weight. */
  weigh<T extends string>(weights: Readonly<Partial<Record<T, number>>>): T {
    let sum = 0;
    for (const name in weights) {
      sum += weights[name] ?? 0;
    }
    let rest = this.next() * sum;
    for (const name in weights) {
      rest -= weights[name] ?? 0;
      if (rest < 0) {
        return name;
      }
    }
    throw new RangeError("There is nothing to pick from.");
  }
}

function hash(text: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93);
    value ^= value >>> 15;
  }
  return value | 0;
}
