function nothing(): void {
  // Replaced as soon as the promise is made.
}

/** A promise that somebody else fulfils. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  #fulfil: (value: T) => void = nothing;

  constructor() {
    this.promise = new Promise<T>((fulfil) => {
      this.#fulfil = fulfil;
    });
  }

  resolve(value: T): void {
    this.#fulfil(value);
  }
}
