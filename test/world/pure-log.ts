import type { Log } from "../../src/ports/log.ts";

/** Keeps what a stage says, each line with its level before it. */
export class PureLog implements Log {
  readonly lines: string[] = [];

  info(message: string): void {
    this.lines.push(`info: ${message}`);
  }

  notice(message: string): void {
    this.lines.push(`notice: ${message}`);
  }

  warning(message: string): void {
    this.lines.push(`warning: ${message}`);
  }
}
