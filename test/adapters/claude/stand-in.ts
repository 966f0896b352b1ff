import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { ClaudeAgent } from "../../../src/adapters/claude/claude-agent.ts";
import type { Credential, SessionPlaces } from "../../../src/adapters/claude/invocation.ts";
import type { Patience } from "../../../src/adapters/claude/supervision.ts";
import { SESSION_VARIABLE, sweepProcesses } from "../../../src/adapters/workspace/sweep.ts";
import type { AgentRun } from "../../../src/core/session/agent-run.ts";
import type { AgentRequest } from "../../../src/ports/agent.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { anAgentRequest, placesIn } from "./an-agent-request.ts";

/** Steps short enough for a test, in the proportions of the real ones. */
const PATIENCE: Patience = {
  interruptMs: 150,
  inputMs: 75,
  terminateMs: 100,
  graceMs: 150,
  drainMs: 75,
};

/** What every stand-in begins with: it prints events as lines, and listens when it is told to. */
const PREAMBLE = `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const { spawn } = require("node:child_process");
const say = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
const hang = () => setInterval(() => {}, 1000);
const result = (fields) => say({ type: "result", subtype: "success", is_error: false,
  terminal_reason: "completed", structured_output: { status: "done", title: "t", summary: "s" }, ...fields });
`;

export interface StandInOptions {
  readonly request?: Partial<AgentRequest>;
  readonly credential?: Credential;
  readonly environment?: Readonly<Record<string, string>>;
  readonly patience?: Partial<Patience>;
  readonly onLine?: (line: string) => void;
}

/** A script in the place of the CLI, for what the real one does not do on demand. */
export class StandIn {
  readonly directory: string;
  readonly places: SessionPlaces;
  /** Value of the mark that its processes carry. */
  readonly marker: string;
  /** What it said, line by line. */
  readonly lines: string[] = [];
  /** What came into the step's log. */
  readonly logged: string[] = [];

  constructor(directory: string) {
    this.directory = directory;
    this.places = placesIn(directory);
    this.marker = basename(directory);
  }

  static async make(): Promise<StandIn> {
    const standIn = new StandIn(await temporaryDirectory());
    await mkdir(join(standIn.directory, "worktree"));
    return standIn;
  }

  async run(script: string, options: StandInOptions = {}): Promise<AgentRun> {
    const path = join(this.directory, "claude.cjs");
    await writeFile(path, `${PREAMBLE}${script}\n`);
    await chmod(path, 0o755);
    const log = (message: string): void => void this.logged.push(message);
    const agent = new ClaudeAgent({
      binary: { path, version: "2.1.328" },
      credential: options.credential ?? { type: "api-key", value: "sk-secret" },
      places: this.places,
      sandbox: { confine: () => Promise.resolve(undefined) },
      environment: { PATH: process.env["PATH"], ...options.environment },
      marker: { [SESSION_VARIABLE]: this.marker },
      newSessionId: () => "id-1",
      clock: () => new Date("2026-11-20T10:00:00Z"),
      log: { info: log, notice: log, warning: log },
      onLine: options.onLine ?? ((line) => void this.lines.push(line)),
      patience: { ...PATIENCE, ...options.patience },
    });
    const worktree = join(this.directory, "worktree");
    return await agent.run(anAgentRequest({ worktree, ...options.request }));
  }

  /** Ends what it left; returns how many processes there were. */
  async sweep(): Promise<number> {
    const directories = [join(this.directory, "worktree")];
    return await sweepProcesses({ claim: this.marker, directories });
  }

  async read(name: string): Promise<string> {
    return await readFile(join(this.directory, name), "utf8");
  }

  /** Whether the process lives whose pid the stand-in wrote into this file. */
  async isAlive(pidFile: string): Promise<boolean> {
    const pid = Number(await this.read(pidFile));
    try {
      process.kill(pid, 0);
      // A process that nobody has waited for yet is dead all the same.
      return !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""));
    } catch {
      return false;
    }
  }
}

/** Script of `pour(then)`, which writes this many megabytes of one text as fast as they are read. */
export function flood(stream: "stdout" | "stderr", text: string, megabytes: number): string {
  return `
    const portion = Buffer.from(${JSON.stringify(text)}.repeat(Math.ceil(1048576 / ${text.length})));
    let left = ${megabytes};
    const pour = (done) => {
      while (left > 0) {
        left -= 1;
        if (!process.${stream}.write(portion)) { process.${stream}.once("drain", () => pour(done)); return; }
      }
      done();
    };`;
}
