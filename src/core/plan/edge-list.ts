import type { EdgeColumns } from "./graph.ts";

const MIN_CAPACITY = 16;

/**
 * Edges as they are found, with duplicates. Columns that double when they are full: lists of
 * numbers would be copied into columns in the end, and be garbage that survived until then.
 */
export class EdgeList {
  #from: Int32Array;
  #to: Int32Array;
  #bits: Uint8Array;
  #length = 0;

  /** `expected` edges have room from the start; more of them may come. */
  constructor(expected: number) {
    const capacity = Math.max(expected, MIN_CAPACITY);
    this.#from = new Int32Array(capacity);
    this.#to = new Int32Array(capacity);
    this.#bits = new Uint8Array(capacity);
  }

  add(from: number, to: number, bits: number): void {
    if (this.#length === this.#bits.length) {
      this.#grow();
    }
    this.#from[this.#length] = from;
    this.#to[this.#length] = to;
    this.#bits[this.#length] = bits;
    this.#length += 1;
  }

  columns(): EdgeColumns & { readonly from: Int32Array; readonly to: Int32Array } {
    return {
      from: this.#from.subarray(0, this.#length),
      to: this.#to.subarray(0, this.#length),
      bits: this.#bits.subarray(0, this.#length),
    };
  }

  #grow(): void {
    const { from, to, bits } = this.columns();
    const capacity = 2 * this.#length;
    this.#from = new Int32Array(capacity);
    this.#from.set(from);
    this.#to = new Int32Array(capacity);
    this.#to.set(to);
    this.#bits = new Uint8Array(capacity);
    this.#bits.set(bits);
  }
}
