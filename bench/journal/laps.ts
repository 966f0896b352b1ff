import { median } from "../statistics.ts";

/** Times of the same asynchronous work again and again, in milliseconds. */
export interface Laps {
  /** The first one of the process, whose code is not compiled yet: a tick is such a process. */
  readonly firstMs: number;
  readonly medianMs: number;
  readonly maximumMs: number;
  readonly runs: number;
}

/** Times `work` so many times, each time on what `prepare` has made ready, untimed. */
export async function timeLaps<T>(
  runs: number,
  prepare: () => T | Promise<T>,
  work: (ready: T) => Promise<void>,
): Promise<Laps> {
  const times: number[] = [];
  while (times.length < runs) {
    const ready = await prepare();
    const start = performance.now();
    await work(ready);
    times.push(performance.now() - start);
  }
  return {
    firstMs: times[0] ?? Number.NaN,
    medianMs: median(times),
    maximumMs: Math.max(...times),
    runs,
  };
}
