// One process that clones, as somebody without any workspace of ours would.
import { spawnSync } from "node:child_process";

import { answerCell } from "../cell.ts";
import { readProcessorSeconds } from "../processor-time.ts";

export interface CloneRequest {
  readonly options: readonly string[];
  readonly url: string;
  readonly place: string;
}

export interface CloneResult {
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
}

await answerCell((text): CloneResult => {
  const { options, url, place }: CloneRequest = JSON.parse(text);
  const cpu = readProcessorSeconds();
  const started = performance.now();
  const { status } = spawnSync("git", ["clone", "--quiet", ...options, url, place], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
    },
  });
  if (status !== 0) {
    throw new Error(`git clone exited with ${String(status)}.`);
  }
  const now = readProcessorSeconds();
  return {
    seconds: (performance.now() - started) / 1_000,
    cpuSeconds: cpu === undefined || now === undefined ? undefined : now - cpu,
  };
});
