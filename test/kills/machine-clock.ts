import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Read by Node before the program: its clock is ahead by as many seconds as the file says. */
const PRELOAD = `import { readFileSync } from "node:fs";
const ahead = 1000 * Number(readFileSync(new URL("ahead-seconds", import.meta.url), "utf8"));
const Real = Date;
globalThis.Date = class Date extends Real {
  constructor(...values) {
    values.length === 0 ? super(Real.now() + ahead) : super(...values);
  }
  static now() {
    return Real.now() + ahead;
  }
};
`;

/** The clock of all machines of a world: it can be set forward, for programs that start after that. */
export class MachineClock {
  /** For every machine: makes Node follow this clock. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #file: string;
  #aheadSeconds = 0;

  private constructor(folder: string) {
    this.#file = join(folder, "ahead-seconds");
    const preload = pathToFileURL(join(folder, "preload.mjs"));
    this.environment = { NODE_OPTIONS: `--import=${preload.href}` };
  }

  static async open(folder: string): Promise<MachineClock> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "preload.mjs"), PRELOAD);
    const clock = new MachineClock(folder);
    await clock.advance(0);
    return clock;
  }

  now(): Date {
    return new Date(Date.now() + this.#aheadSeconds * 1000);
  }

  /** Returns how far the clock is ahead now. */
  async advance(seconds: number): Promise<number> {
    this.#aheadSeconds += seconds;
    await writeFile(this.#file, String(this.#aheadSeconds));
    return this.#aheadSeconds;
  }
}
