import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { NOTHING_HIDDEN } from "../../../src/adapters/sandbox/reach.ts";
import { classifyAgentRun } from "../../../src/core/session/agent-outcome.ts";
import { hasBubblewrap } from "../sandbox/working-sandbox.ts";
import { DONE, RealSessions, type SessionOptions } from "./real-sessions.ts";

/** Nothing is hidden here: how the CLI treats its processes is the same. */
const SANDBOXED: SessionOptions["agent"] = {
  sandbox: { confine: () => Promise.resolve({ kind: "bubblewrap", reach: NOTHING_HIDDEN }) },
};

/** Asks the proxy that the sandbox names for hosts, and tells the status of each answer. */
const ASK = `
import { request } from "node:http";
const { hostname, port, username, password } = new URL(process.env.HTTP_PROXY);
const credential = Buffer.from(username + ":" + password).toString("base64");
const headers = { "Proxy-Authorization": "Basic " + credential };
for (const host of process.argv.slice(2)) {
  const path = "http://" + host + "/";
  await new Promise((resolve) => {
    request({ hostname, port, path, headers: { ...headers, Host: host } }, (answer) => {
      console.log("asked", host, answer.statusCode);
      answer.resume().on("end", resolve);
    }).end();
  });
}
`;

/** The HOME of a session, by its worktree. */
function homeOf(worktree: string): string {
  return join(dirname(worktree), "home");
}

function commandLines(): readonly string[] {
  return execFileSync("ps", ["axww", "-o", "args="], { encoding: "utf8" }).split("\n");
}

function count(mark: string): number {
  return commandLines().filter((line) => line.includes(mark)).length;
}

/** Lets the agent run a command that ignores requests to end, with a daemon beside it. */
async function runDeaf(
  sessions: RealSessions,
  mark: string,
  options: SessionOptions,
): ReturnType<RealSessions["run"]> {
  const deaf = `trap '' TERM INT HUP; exec -a ${mark} sleep 60`;
  return await sessions.run(
    [{ calls: [{ tool: "Bash", input: { command: "bash deaf.sh" } }] }, DONE],
    {
      ...options,
      prepare: (worktree) =>
        writeFile(join(worktree, "deaf.sh"), `setsid bash -c "${deaf}" & ${deaf}\n`),
      agent: { ...SANDBOXED, ...options.agent },
      request: { allowedTools: ["Bash(bash deaf.sh)"], ...options.request },
    },
  );
}

async function waitFor(mark: string): Promise<void> {
  await expect.poll(() => count(`${mark} 60`), { timeout: 20_000 }).toBeGreaterThan(1);
}

describe.runIf(hasBubblewrap)("the commands of an agent in its sandbox", () => {
  let sessions: RealSessions;

  beforeAll(async () => {
    sessions = await RealSessions.open();
  });

  afterAll(() => sessions.close());

  it("end with the agent when it is stopped [F70]", async () => {
    const mark = `mark-${crypto.randomUUID()}`;
    const stop = new AbortController();

    const running = runDeaf(sessions, mark, { request: { stop: stop.signal } });
    await waitFor(mark);
    stop.abort();
    const { run } = await running;

    expect(run.stopReason).toBe("cancelled");
    await expect.poll(() => count(mark)).toBe(0);
  });

  it("end with the agent when it is killed [F70]", async () => {
    const mark = `mark-${crypto.randomUUID()}`;
    const pids: number[] = [];

    const running = runDeaf(sessions, mark, { onTool: (pid) => pids.push(pid) });
    await waitFor(mark);
    pids.forEach((pid) => process.kill(pid, "SIGKILL"));
    const { run } = await running;

    expect(run.signal).toBe("SIGKILL");
    await expect.poll(() => count(mark)).toBe(0);
  });

  it("cannot have a shell of the CLI run what they wrote, outside, and neither could prepare [F72]", async () => {
    const plant = [".bash_profile", ".bashrc", ".profile"]
      .map((name) => `(echo 'touch planted' > ~/${name}) 2> /dev/null || echo refused`)
      .join("; ");

    const { worktree, lines } = await sessions.run(
      [{ calls: [{ tool: "Bash", input: { command: "bash plant.sh" } }] }, DONE],
      {
        prepare: async (place) => {
          await mkdir(homeOf(place), { recursive: true });
          await writeFile(join(homeOf(place), ".bash_profile"), "touch planted");
          await writeFile(join(homeOf(place), ".bashrc"), "touch planted");
          await writeFile(join(place, "plant.sh"), `${plant}; echo $HOME > ~/other; cat ~/other`);
        },
        agent: {
          sandbox: {
            confine: (_, place) => {
              const reach = { ...NOTHING_HIDDEN, writable: [place, homeOf(place)] };
              return Promise.resolve({ kind: "bubblewrap", reach });
            },
          },
        },
        request: { allowedTools: ["Bash(bash plant.sh)"] },
      },
    );

    expect(lines.join("")).toContain(`refused\\nrefused\\nrefused\\n${homeOf(worktree)}`);
    expect(await readdir(worktree)).toEqual(expect.arrayContaining(["plant.sh"]));
    expect(await readdir(worktree)).not.toContain("planted");
  });

  it("reach the hosts that are listed and no others [F72]", async () => {
    const reached: string[] = [];
    // The CLI hands on to the machine's proxy what it lets through: no name has to be known here.
    const proxy = createServer(({ headers }, response) => {
      reached.push(headers.host ?? "");
      response.end();
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const address = proxy.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const environment = {
      PATH: process.env["PATH"],
      ANTHROPIC_BASE_URL: sessions.url,
      HTTP_PROXY: `http://127.0.0.1:${port}`,
      NO_PROXY: "127.0.0.1",
    };
    const asked = [
      "registry.example.org",
      "a.mirror.example.net",
      "a.b.mirror.example.net",
      "mirror.example.net",
      "example.org",
      "registry.example.org.example.com",
      "127.0.0.1",
    ];
    const command = `node ask.mjs ${asked.join(" ")}`;

    const { lines } = await sessions.run(
      [{ calls: [{ tool: "Bash", input: { command } }] }, DONE],
      {
        prepare: (worktree) => writeFile(join(worktree, "ask.mjs"), ASK),
        agent: { ...SANDBOXED, environment },
        request: {
          allowedTools: ["Bash(node ask.mjs *)"],
          sandbox: {
            mode: "required",
            readable: [],
            hosts: ["registry.example.org", "*.mirror.example.net"],
          },
        },
      },
    );
    proxy.close();

    const answers = lines.join("\n").match(/(?<=asked )[^ \\]+ \d+/g);
    expect(reached).toEqual(asked.slice(0, 3));
    expect([...new Set(answers)]).toEqual(
      asked.map((host, index) => `${host} ${index < 3 ? 200 : 403}`),
    );
  });

  it("do not run at all where the sandbox is required and the CLI finds none", async () => {
    const environment = { PATH: "/nonexistent", ANTHROPIC_BASE_URL: sessions.url };

    const { run } = await sessions.run([DONE], {
      agent: { ...SANDBOXED, environment },
      request: { sandbox: { mode: "required", readable: [], hosts: [] } },
    });

    expect(run.stderrTail).toContain("sandbox");
    expect(classifyAgentRun(run)).toMatchObject({ type: "failed" });
  });
});
