import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { ControlClient } from "./control-client.ts";

export interface EmbeddedGitHubOptions {
  /** An empty or absent directory for repositories and snapshots. */
  readonly dataDirectory: string;
  /** Port to listen on; any free one by default. */
  readonly port?: number;
}

/** A running embedded GitHub: its addresses, the control API, and a way to end it. */
export class EmbeddedGitHub extends ControlClient {
  readonly port: number;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly serverUrl: string;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, ready: ReadyLine) {
    super(ready.apiUrl);
    this.#child = child;
    this.port = ready.port;
    this.apiUrl = ready.apiUrl;
    this.graphqlUrl = ready.graphqlUrl;
    this.serverUrl = ready.serverUrl;
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return;
    }
    const gone = new Promise((resolve) => {
      this.#child.once("exit", resolve);
    });
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), KILL_AFTER_MS);
    await gone;
    clearTimeout(timer);
  }
}

interface ReadyLine {
  readonly port: number;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly serverUrl: string;
}

const KILL_AFTER_MS = 5000;

/** Starts the embedded GitHub as a process of its own and waits until it listens. */
export async function startEmbeddedGitHub(options: EmbeddedGitHubOptions): Promise<EmbeddedGitHub> {
  const args = [mainPath(), "--data", options.dataDirectory, "--port", String(options.port ?? 0)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
    process.stderr.write(chunk);
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`The embedded GitHub did not start. ${complaint}`)));
  });
  const ready: ReadyLine = JSON.parse(line);
  return new EmbeddedGitHub(child, ready);
}

/** The compiled entry: beside this file, or in `build/` when this runs as TypeScript in a test. */
function mainPath(): string {
  const compiled = import.meta.url.endsWith(".js");
  const relative = compiled ? "./main.js" : "../../build/local/github/main.js";
  return fileURLToPath(new URL(relative, import.meta.url));
}
