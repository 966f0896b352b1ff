import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import * as v from "valibot";

export interface ScriptedModelOptions {
  /** Directory with a folder per issue number. */
  readonly scripts: string;
  /** 0 or absent = any free port. */
  readonly port?: number | undefined;
  /** File that gets one JSON line per request. */
  readonly logFile?: string | undefined;
}

export interface ScriptedModel {
  /** What `ANTHROPIC_BASE_URL` is set to. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const READY = v.object({ ready: v.literal(true), port: v.number(), url: v.string() });
const KILL_AFTER_MS = 1_000;

/** Starts the scripted model in a child process, which ends with this process at the latest. */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const main = fileURLToPath(new URL("main.js", builtDirectory()));
  const logArguments = options.logFile === undefined ? [] : ["--log", options.logFile];
  const child = spawn(
    process.execPath,
    [main, "--port", String(options.port ?? 0), "--scripts", options.scripts, ...logArguments],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(-4_000);
  });
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout });
  const firstLine = await Promise.race([once(lines, "line"), closed.then(() => undefined)]);
  if (firstLine === undefined || child.pid === undefined) {
    throw new Error(complaint.trim() || "The scripted model ended before it was ready.");
  }
  const { url, port } = v.parse(READY, JSON.parse(String(firstLine[0])));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
    await closed;
    clearTimeout(timer);
  };
  return { url, port, pid: child.pid, stop };
}

/** Tests run these modules as TypeScript; the child needs the JavaScript that the compiler made. */
function builtDirectory(): URL {
  const path = import.meta.url.endsWith(".ts") ? "../../build/local/model/" : ".";
  return new URL(path, import.meta.url);
}
