import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

import type { AnnotationLevel, Emit } from "./engine-events.ts";
import type { Masker } from "./masking.ts";

/** The log of one job: every line is masked before anybody sees it. */
export class JobLog {
  readonly path: string;
  readonly #file: number;
  readonly #emit: Emit;
  readonly #masker: Masker;
  readonly #ids: { readonly runId: number; readonly jobId: number };
  #closed = false;

  constructor(options: {
    readonly path: string;
    readonly emit: Emit;
    readonly masker: Masker;
    readonly runId: number;
    readonly jobId: number;
  }) {
    this.path = options.path;
    this.#emit = options.emit;
    this.#masker = options.masker;
    this.#ids = { runId: options.runId, jobId: options.jobId };
    mkdirSync(dirname(this.path), { recursive: true });
    this.#file = openSync(this.path, "w");
  }

  write(text: string): void {
    for (const line of this.#masker.mask(text).split("\n")) {
      if (!this.#closed) {
        writeSync(this.#file, `${line}\n`);
      }
      this.#emit({ type: "log", ...this.#ids, line });
    }
  }

  annotate(level: AnnotationLevel, message: string): void {
    this.write(`##[${level}]${message}`);
    this.#emit({ type: "annotation", ...this.#ids, level, message: this.#masker.mask(message) });
  }

  summarize(markdown: string): void {
    const masked = markdown
      .split("\n")
      .map((line) => this.#masker.mask(line))
      .join("\n");
    this.#emit({ type: "summary", ...this.#ids, markdown: masked });
  }

  stepStarted(name: string): void {
    this.#emit({ type: "step-started", ...this.#ids, name: this.#masker.mask(name) });
  }

  stepFinished(name: string, conclusion: "success" | "failure" | "cancelled" | "skipped"): void {
    this.#emit({ type: "step-finished", ...this.#ids, name: this.#masker.mask(name), conclusion });
  }

  close(): void {
    this.#closed = true;
    closeSync(this.#file);
  }
}
