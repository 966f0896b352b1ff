import type { WriteStream } from "node:tty";

import { formatChanges, formatProgress } from "./progress-lines.ts";
import type { Progress } from "./progress.ts";

/** Shows progress to whoever watches. */
export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** Leaves the last state on the screen and stops drawing. */
  readonly close: () => void;
}

const REDRAW_MS = 250;
const CLEAR_LINE = "\u001B[2K";

/** Chooses lines redrawn in place on a terminal that is high enough, else a log of changes. */
export function openProgressView(
  stream: WriteStream,
  startedMs: number,
  first: Progress,
): ProgressView {
  const isHighEnough = stream.isTTY && stream.rows > first.issues.size + 2;
  return isHighEnough
    ? openLiveView(stream, startedMs, first)
    : openPlainView(stream, startedMs, first);
}

function openLiveView(stream: WriteStream, startedMs: number, first: Progress): ProgressView {
  let progress = first;
  let linesDrawn = 0;
  const draw = (): void => {
    const clock = { startedMs, nowMs: Date.now() };
    const lines = formatProgress(progress, clock, stream.columns);
    const back = linesDrawn === 0 ? "" : `\u001B[${linesDrawn}A`;
    stream.write(back + lines.map((line) => `${CLEAR_LINE}${line}\n`).join(""));
    linesDrawn = lines.length;
  };
  draw();
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  return {
    show: (next) => {
      progress = next;
    },
    close: () => {
      clearInterval(timer);
      draw();
    },
  };
}

function openPlainView(stream: WriteStream, startedMs: number, first: Progress): ProgressView {
  let progress = first;
  return {
    show: (next) => {
      for (const line of formatChanges(progress, next, Date.now() - startedMs)) {
        stream.write(`${line}\n`);
      }
      progress = next;
    },
    close: () => undefined,
  };
}
