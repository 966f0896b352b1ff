import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createModelServer } from "../../../local/model/server.ts";
import type { ClaudeAgentOptions } from "../../../src/adapters/claude/claude-agent.ts";
import { sweepProcesses } from "../../../src/adapters/workspace/sweep.ts";
import { type AgentRun, ANSWER_SCHEMA } from "../../../src/core/session/agent-run.ts";
import type { AgentRequest } from "../../../src/ports/agent.ts";
import { anAgentRequest, placesIn } from "./an-agent-request.ts";
import { newRealAgent } from "./real-agent.ts";

/** One turn of the scripted model, or a fault before it; `local/model/script.ts` says which. */
export type ModelStep = Readonly<Record<string, unknown>>;

export interface RealSession {
  readonly worktree: string;
  /** Where its conversations are kept. */
  readonly conversations: string;
  readonly run: AgentRun;
  /** The stream of the CLI, line by line. */
  readonly lines: readonly string[];
  /** How many processes it left behind; they are gone now. */
  readonly left: number;
}

export interface SessionOptions {
  readonly request?: Partial<AgentRequest>;
  readonly agent?: Partial<ClaudeAgentOptions>;
  /** Puts files into the new worktree. */
  readonly prepare?: (worktree: string) => Promise<void>;
  /** Called when it begins to work. */
  readonly onInit?: () => void;
  /** Called at each call of a tool with the pid of the CLI and the count of calls so far. */
  readonly onTool?: (pid: number, count: number) => void;
  /** Goes on with this session's conversation, in its worktree. */
  readonly after?: Pick<RealSession, "worktree" | "conversations">;
}

/** The answer that ends a session well. */
export const DONE: ModelStep = {
  calls: [
    { tool: "StructuredOutput", input: { status: "done", title: "feat: do it", summary: "Done." } },
  ],
};

/** Sessions of the real Claude Code, each with its own script of the model, any number at once. */
export class RealSessions {
  readonly #root: string;
  readonly #server: Server;
  #count = 0;

  private constructor(root: string, server: Server) {
    this.#root = root;
    this.#server = server;
  }

  static async open(): Promise<RealSessions> {
    const root = await mkdtemp(join(await realpath(tmpdir()), "ws-real-"));
    const server = createModelServer({ scripts: join(root, "scripts"), logFile: undefined });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new RealSessions(root, server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  /** Makes a directory that goes with the sessions: tests that run at once have no end of their own. */
  async newDirectory(): Promise<string> {
    return await mkdtemp(join(this.#root, "d-"));
  }

  /** Gives the model a script; returns the issue that it is for. */
  async addScript(steps: readonly ModelStep[]): Promise<number> {
    this.#count += 1;
    const issue = this.#count;
    const folder = join(this.#root, "scripts", String(issue));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "script.json"), JSON.stringify({ steps }));
    return issue;
  }

  /** Lets the CLI work on an issue of its own, for which the model has this script. */
  async run(steps: readonly ModelStep[], options: SessionOptions = {}): Promise<RealSession> {
    const issue = await this.addScript(steps);
    const directory = join(this.#root, `s${issue}`);
    const { after } = options;
    const worktree = after?.worktree ?? join(directory, "worktree");
    await mkdir(worktree, { recursive: true });
    await options.prepare?.(worktree);
    const places = placesIn(directory);
    const conversations = after?.conversations ?? places.conversations;
    const lines: string[] = [];
    const sessionId = crypto.randomUUID();
    let toolCount = 0;
    const mark = `real-${process.pid}-${issue}`;
    const agent = newRealAgent(
      { directory, mark, url: this.url },
      {
        places: { ...places, conversations },
        newSessionId: () => sessionId,
        onLine: (line) => {
          lines.push(line);
          if (line.includes('"subtype":"init"')) {
            options.onInit?.();
          }
          if (line.includes('"type":"tool_use"') && options.onTool !== undefined) {
            toolCount += 1;
            options.onTool(pidOf(sessionId), toolCount);
          }
        },
        ...options.agent,
      },
    );
    const run = await agent.run(
      anAgentRequest({
        worktree,
        prompt: `Work item: issue #${issue}, attempt 1.`,
        allowedTools: ["Bash(sleep *)"],
        answerSchema: ANSWER_SCHEMA,
        resume: after !== undefined,
        ...options.request,
      }),
    );
    return {
      worktree,
      conversations,
      run,
      lines,
      left: await sweepProcesses({ claim: mark, directories: [] }),
    };
  }
}

/** The CLI of this session: the oldest, because what it forks carries its arguments for a moment. */
function pidOf(sessionId: string): number {
  return Number(
    execFileSync("pgrep", ["-of", "--", `--session-id ${sessionId}`], { encoding: "utf8" }),
  );
}
