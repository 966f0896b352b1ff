import { median } from "./statistics.ts";

/** Times of the same work again and again in one process, in milliseconds. */
export interface Timing {
  /** The very first time: a tick is one cold process. */
  readonly coldMs: number;
  readonly medianMs: number;
  readonly minimumMs: number;
  /** Median of the processor time, of all threads: hardly moved by what else the machine does. */
  readonly medianCpuMs: number;
  readonly runs: number;
}

const MIN_WARM_UPS = 3;
const MAX_WARM_UPS = 25;
/** After so long the compiler has seen enough. */
const WARM_UP_MS = 2_000;

/** Runs `work` cold, warms it up and times it `runs` times; `check` looks at each result, untimed. */
export function measure<T>(work: () => T, runs: number, check: (result: T) => void): Timing {
  const timed = (): { readonly wallMs: number; readonly cpuMs: number } => {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const result = work();
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    check(result);
    return { wallMs, cpuMs: (user + system) / 1_000 };
  };
  const coldMs = timed().wallMs;
  const warmUps = runs === 0 ? 0 : MAX_WARM_UPS;
  const warmAt = performance.now() + WARM_UP_MS;
  for (let count = 0; count < warmUps; count += 1) {
    if (count >= MIN_WARM_UPS && performance.now() > warmAt) {
      break;
    }
    timed();
  }
  const times = Array.from({ length: runs }, timed);
  return {
    coldMs,
    medianMs: median(times.map(({ wallMs }) => wallMs)),
    minimumMs: Math.min(...times.map(({ wallMs }) => wallMs)),
    medianCpuMs: median(times.map(({ cpuMs }) => cpuMs)),
    runs,
  };
}
