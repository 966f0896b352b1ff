import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Read by Node before the program: a finalize that is to deliver dies at once while the file is there. */
const PRELOAD = `import { existsSync } from "node:fs";
const isFinalize = /\\/finalize\\/dist\\//.test(process.argv[1] ?? "");
if (isFinalize && process.env.INPUT_SETTLE !== "true" && existsSync(new URL("lasts", import.meta.url))) {
  process.kill(process.pid, "SIGKILL");
}
`;

/** An outage of the control runner: while it lasts, every finalize dies before its first write. */
export class Outage {
  /** An option of Node for all programs of the control runner. */
  readonly option: string;
  readonly #file: string;

  private constructor(folder: string) {
    this.#file = join(folder, "lasts");
    this.option = `--import=${pathToFileURL(join(folder, "preload.mjs")).href}`;
  }

  static async open(folder: string): Promise<Outage> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "preload.mjs"), PRELOAD);
    return new Outage(folder);
  }

  async begin(): Promise<void> {
    await writeFile(this.#file, "");
  }

  async end(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
