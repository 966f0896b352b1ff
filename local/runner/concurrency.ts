import { Deferred } from "./deferred.ts";

export interface ConcurrencyWish {
  readonly group: string;
  readonly cancelInProgress: boolean;
  /** `single`: a newer waiting one replaces the older; `max`: up to 100 wait. */
  readonly queue: "single" | "max";
  /** Called when a newer one wants the group to itself; the holder then ends and releases. */
  readonly cancelHolder: () => void;
}

/** The right to hold a group, or the news that a newer one (or a full queue) took the place. */
export type Admission =
  | { readonly type: "admitted"; readonly release: () => void }
  | { readonly type: "superseded" };

export interface PendingAdmission {
  readonly admission: Promise<Admission>;
  /** Leaves the queue; a no-op once admitted. */
  readonly withdraw: () => void;
}

interface Waiting {
  readonly wish: ConcurrencyWish;
  readonly answer: Deferred<Admission>;
}

interface Group {
  holder: ConcurrencyWish | undefined;
  waiting: Waiting[];
}

const LONGEST_QUEUE = 100;

/**
 * The concurrency groups of a repository: one holder each. Names are compared without case; runs
 * and jobs share them.
 */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>();

  enter(wish: ConcurrencyWish): PendingAdmission {
    const name = wish.group.toLowerCase();
    const group = this.#groups.get(name) ?? { holder: undefined, waiting: [] };
    this.#groups.set(name, group);
    const waiting: Waiting = { wish, answer: new Deferred() };
    this.#makeRoom(group, wish);
    if (group.waiting.length >= LONGEST_QUEUE) {
      waiting.answer.resolve({ type: "superseded" });
    } else {
      group.waiting.push(waiting);
      this.#advance(name, group);
    }
    return { admission: waiting.answer.promise, withdraw: () => withdraw(group, waiting) };
  }

  #makeRoom(group: Group, wish: ConcurrencyWish): void {
    if (wish.queue === "single") {
      const older = group.waiting;
      group.waiting = [];
      for (const item of older) {
        item.answer.resolve({ type: "superseded" });
      }
    }
    if (wish.cancelInProgress) {
      group.holder?.cancelHolder();
    }
  }

  #advance(name: string, group: Group): void {
    if (group.holder !== undefined) {
      return;
    }
    const next = group.waiting.shift();
    if (next === undefined) {
      this.#groups.delete(name);
      return;
    }
    group.holder = next.wish;
    const release = (): void => {
      if (group.holder === next.wish) {
        group.holder = undefined;
        this.#advance(name, group);
      }
    };
    next.answer.resolve({ type: "admitted", release });
  }
}

function withdraw(group: Group, waiting: Waiting): void {
  if (group.waiting.includes(waiting)) {
    group.waiting = group.waiting.filter((item) => item !== waiting);
    waiting.answer.resolve({ type: "superseded" });
  }
}
