import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

interface FakeEvent {
  readonly seq: number;
  readonly name: string;
  readonly repository: string;
  readonly [key: string]: unknown;
}

export interface ReportedJob {
  readonly jobId: number;
  readonly runId: number;
  key: string;
  name: string;
  /** Every status it was reported with, in order. */
  statuses: string[];
  conclusion: string | undefined;
}

/** As much of the embedded GitHub as the engine's own tests need: control calls and git. */
export class FakeGitHub {
  readonly jobs: ReportedJob[] = [];
  readonly runs = new Map<number, { status: string; conclusion: string | undefined }>();
  /** `run: key` of each job that the engine took over from the attempt before. */
  readonly carried: string[] = [];
  readonly tokens: { token: string; permissions: unknown }[] = [];
  readonly #directory: string;
  readonly #server: Server;
  readonly #events: FakeEvent[] = [];
  readonly #wakers = new Set<() => void>();
  #nextId = 1;
  #port = 0;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  static async start(): Promise<FakeGitHub> {
    const fake = new FakeGitHub(await mkdtemp(join(tmpdir(), "fake-github-")));
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    const address = fake.#server.address();
    fake.#port = typeof address === "object" && address !== null ? address.port : 0;
    return fake;
  }

  get endpoints(): { apiUrl: string; graphqlUrl: string; serverUrl: string } {
    const apiUrl = `http://127.0.0.1:${this.#port}`;
    return {
      apiUrl,
      graphqlUrl: `${apiUrl}/graphql`,
      serverUrl: `http://github.localhost:${this.#port}`,
    };
  }

  async stop(): Promise<void> {
    this.#wake();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Makes a bare repository with one commit on `main` and a tag `v1`; returns the commit. */
  async addRepository(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const work = await mkdtemp(join(tmpdir(), "fake-work-"));
    const git = async (...args: string[]): Promise<string> =>
      (
        await execute("git", args, { cwd: work, env: { ...process.env, ...IDENTITY } })
      ).stdout.trim();
    await git("init", "--quiet", "--initial-branch=main", ".");
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), text);
    }
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "first");
    await git("tag", "v1");
    const bare = join(this.#directory, `${name}.git`);
    await git("clone", "--quiet", "--bare", ".", bare);
    await git("-C", bare, "config", "uploadpack.allowAnySHA1InWant", "true");
    const sha = await git("rev-parse", "HEAD");
    await rm(work, { recursive: true, force: true });
    return sha;
  }

  emit(event: {
    readonly name: string;
    readonly repository: string;
    readonly [key: string]: unknown;
  }): void {
    this.#events.push({ seq: this.#events.length + 1, ...event });
    this.#wake();
  }

  /** Makes a run as a dispatch would, and its event; returns the run's id. */
  dispatch(repository: string, sha: string, workflowPath: string, inputs: object = {}): number {
    const runId = this.#newRun();
    this.emit({
      name: "workflow_dispatch",
      repository,
      actor: { login: "ann", id: 7 },
      payload: { repository: { id: 1, owner: { id: 2 } } },
      runId,
      workflowPath,
      inputs,
      ref: "refs/heads/main",
      sha,
    });
    return runId;
  }

  /** Asks for one job of an ended run again, as a re-run does. */
  rerun(repository: string, runId: number, jobKey: string): void {
    this.emit({
      name: "rerun",
      repository,
      actor: { login: "bob", id: 8 },
      runId,
      jobKey,
      sha: "",
    });
  }

  #newRun(): number {
    const runId = this.#nextId++;
    this.runs.set(runId, { status: "queued", conclusion: undefined });
    return runId;
  }

  #wake(): void {
    for (const waker of this.#wakers) {
      waker();
    }
    this.#wakers.clear();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://fake");
    if (!url.pathname.startsWith("/_control/")) {
      serveGit(this.#directory, url, request, response);
      return;
    }
    const text = await readText(request);
    const answer = await this.#control(
      request.method ?? "GET",
      url,
      text === "" ? {} : JSON.parse(text),
    );
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  async #control(method: string, url: URL, body: Record<string, unknown>): Promise<unknown> {
    const [, , kind = "", id = "", part] = url.pathname.split("/");
    switch (`${method} ${kind}${part === undefined ? "" : `/${part}`}`) {
      case "GET events":
        return this.#eventsAfter(
          Number(url.searchParams.get("after")),
          url.searchParams.get("wait"),
        );
      case "POST runs": {
        const runId = this.#newRun();
        return { runId, runNumber: runId };
      }
      case "PATCH runs":
        this.runs.set(Number(id), {
          status: String(body["status"]),
          conclusion: textOf(body["conclusion"]),
        });
        return {};
      case "PUT runs/jobs":
        return { jobId: this.#putJob(Number(id), body) };
      case "POST runs/carried-jobs":
        this.carried.push(`${id}: ${String(body["key"])}`);
        return {};
      case "POST job-tokens": {
        const token = `job-token-${this.#nextId++}-secret`;
        this.tokens.push({ token, permissions: body["permissions"] });
        return { token };
      }
      case "DELETE job-tokens":
        return {};
      default:
        throw new Error(`The fake GitHub knows no ${method} ${url.pathname}.`);
    }
  }

  #putJob(runId: number, body: Record<string, unknown>): number {
    const key = String(body["key"]);
    let job = this.jobs.find((candidate) => candidate.runId === runId && candidate.key === key);
    if (job === undefined) {
      job = { jobId: this.#nextId++, runId, key, name: "", statuses: [], conclusion: undefined };
      this.jobs.push(job);
    }
    job.name = String(body["name"]);
    job.statuses.push(String(body["status"]));
    job.conclusion = textOf(body["conclusion"]);
    return job.jobId;
  }

  async #eventsAfter(after: number, wait: string | null): Promise<readonly FakeEvent[]> {
    const newer = (): readonly FakeEvent[] => this.#events.filter((event) => event.seq > after);
    if (newer().length === 0 && wait !== "0") {
      await new Promise<void>((resolve) => this.#wakers.add(resolve));
    }
    return newer();
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

async function readText(request: IncomingMessage): Promise<string> {
  request.setEncoding("utf8");
  let text = "";
  request.on("data", (chunk: string) => {
    text += chunk;
  });
  await once(request, "end");
  return text;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: "Ann",
  GIT_AUTHOR_EMAIL: "ann@example.invalid",
  GIT_COMMITTER_NAME: "Ann",
  GIT_COMMITTER_EMAIL: "ann@example.invalid",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

/** Serves bare repositories through git's own CGI program. */
function serveGit(
  directory: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const backend = spawn("git", ["http-backend"], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  backend.once("close", () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf("\r\n\r\n");
    let status = 200;
    for (const line of whole.subarray(0, end).toString().split("\r\n")) {
      const [name = "", value = ""] = line.split(": ");
      if (name === "Status") {
        status = Number.parseInt(value, 10);
      } else {
        response.setHeader(name, value);
      }
    }
    response.writeHead(status).end(whole.subarray(end + 4));
  });
}
