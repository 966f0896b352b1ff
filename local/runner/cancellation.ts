/** A wish to cancel that reaches everything below it: run, matrix, leg, job. */
export class Cancellation {
  #requested = false;
  readonly #listeners = new Set<() => void>();

  get requested(): boolean {
    return this.#requested;
  }

  request(): void {
    if (this.#requested) {
      return;
    }
    this.#requested = true;
    for (const listener of this.#listeners) {
      listener();
    }
  }

  /** Calls the listener once, at once when the wish is already there; returns how to unsubscribe. */
  onRequest(listener: () => void): () => void {
    if (this.#requested) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A cancellation that follows this one and can be requested alone. GitHub asks the `if` of each
   * job again when its run is cancelled: one that still holds (`always()`) is passed over.
   */
  child(passOver: () => boolean = () => false): Cancellation {
    const child = new Cancellation();
    this.onRequest(() => {
      if (!passOver()) {
        child.request();
      }
    });
    return child;
  }
}
