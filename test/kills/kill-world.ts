import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import * as v from "valibot";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { PRODUCT_LABELS } from "../../local/rehearsal/backlog.ts";
import { StandInMaintainer } from "../../local/rehearsal/maintainer.ts";
import { Person } from "../../local/rehearsal/person.ts";
import { layOutProduct } from "../../local/rehearsal/repositories.ts";
import { lookAt, type Seen } from "../../local/rehearsal/sighting.ts";
import type { EngineEvent } from "../../local/runner/engine-events.ts";
import { WorkflowEngine } from "../../local/runner/engine.ts";
import { isGitTrue, readGit } from "../e2e/read-git.ts";
import { KillSwitch } from "./kill-switch.ts";
import { MachineClock } from "./machine-clock.ts";
import { Outage } from "./outage.ts";
import { agentScript, checkScript } from "./stand-in-agent.ts";

const PROJECT = join(import.meta.dirname, "../..");
export const REPOSITORY = "pocket-labs/killed";
export const JOURNAL = "refs/water-spider/journal";
const TRIGGER = "trigger:agent-execute";

const MACHINES = `machines:
  - { name: mac-1, labels: [self-hosted, macOS, ARM64, mac-1], slots: 2 }
`;

/** By which work that passes its test is delivered. */
export const CHECKED = `${MACHINES}checks:
  test: ${process.execPath} check.cjs
`;

/** By which nothing is measured, so that all work becomes a draft. */
export const UNCHECKED = MACHINES;

/** Longer than every wait of the product, so that one step of the clock is enough. */
const STEP_SECONDS = 70 * 60;
/** After so many steps in which nothing happened, nothing will. */
const MAX_STEPS = 2;
/** So many ticks that each change something: it will never be quiet. */
const MAX_ROUNDS = 12;

export interface Quiet {
  /** Whether somebody merges what is ready. */
  readonly merges: boolean;
  /** Whether no time has to come any more for what is still to happen. */
  readonly isDone: (seen: Seen) => boolean;
}

/** The smallest world in which everything happens: one repository, real actions, real processes. */
export class KillWorld {
  readonly folder: string;
  readonly github: EmbeddedGitHub;
  readonly engine: WorkflowEngine;
  readonly kills: KillSwitch;
  readonly outage: Outage;
  readonly maintainer: Person;
  readonly #clock: MachineClock;
  readonly #stages: Server;
  readonly #reviewer: StandInMaintainer;
  #isQuiet = false;

  private constructor(parts: {
    readonly folder: string;
    readonly github: EmbeddedGitHub;
    readonly engine: WorkflowEngine;
    readonly kills: KillSwitch;
    readonly outage: Outage;
    readonly clock: MachineClock;
    readonly stages: Server;
  }) {
    this.folder = parts.folder;
    this.github = parts.github;
    this.engine = parts.engine;
    this.kills = parts.kills;
    this.outage = parts.outage;
    this.#clock = parts.clock;
    this.#stages = parts.stages;
    this.maintainer = new Person(this.github.apiUrl, "maintainer", "maintainer-token");
    this.#reviewer = new StandInMaintainer(this.maintainer, `/repos/${REPOSITORY}`);
  }

  static async open(configuration = CHECKED): Promise<KillWorld> {
    const folder = await mkdtemp(join(tmpdir(), "water-spider-kills-"));
    const github = await startEmbeddedGitHub({ dataDirectory: join(folder, "github") });
    const clock = await MachineClock.open(join(folder, "clock"));
    const outage = await Outage.open(join(folder, "outage"));
    const kills = new KillSwitch(github);
    const { server: stages, url } = await listen((stage) => kills.reached(stage));
    await writeRepositories(github, folder, { stages: url, configuration });
    const bin = join(folder, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "claude"), agentScript(url));
    await chmod(join(bin, "claude"), 0o755);
    const home = join(folder, "home");
    await mkdir(home);
    const path = [bin, dirname(process.execPath), process.env["PATH"] ?? ""].join(":");
    const engine = new WorkflowEngine({
      github,
      repository: REPOSITORY,
      runners: [1, 2].map((number) => ({
        name: `mac-1-${number}`,
        labels: ["self-hosted", "macOS", "ARM64", "mac-1"],
        environment: { ...clock.environment, HOME: home, PATH: path },
      })),
      hostedRunners: 3,
      hostedEnvironment: {
        NODE_OPTIONS: `${clock.environment["NODE_OPTIONS"] ?? ""} ${outage.option}`,
      },
      secrets: { ANTHROPIC_API_KEY: "canary" },
      variables: {},
      workDirectory: join(folder, "work"),
      nodePath: process.execPath,
      readToken: "maintainer-token",
      clock: () => clock.now(),
    });
    kills.follow(engine);
    engine.start();
    return new KillWorld({ folder, github, engine, kills, outage, clock, stages });
  }

  async close(): Promise<void> {
    await this.engine.stop();
    await this.github.stop();
    this.#stages.closeAllConnections();
    this.#stages.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Opens an issue without the trigger label; returns its number. */
  async addIssue(title: string, body: string): Promise<number> {
    const issue = { title, body, labels: ["P1-High"], author: "author" };
    return (await this.github.addRawIssue(REPOSITORY, issue)).number;
  }

  /** What starts the work on an issue. */
  async trigger(issue: number): Promise<void> {
    const path = `/repos/${REPOSITORY}/issues/${issue}/labels`;
    await this.maintainer.request("POST", path, v.unknown(), { labels: [TRIGGER] });
  }

  /** A person's command from the Actions tab. */
  async command(command: string): Promise<void> {
    const path = `/repos/${REPOSITORY}/actions/workflows/water-spider.yml/dispatches`;
    const body = { ref: "main", inputs: { command } };
    await this.maintainer.request("POST", path, v.unknown(), body);
    await this.engine.whenIdle();
  }

  /** One tick of the schedule, and all that it starts. */
  async tick(): Promise<void> {
    await this.github.fireSchedule(REPOSITORY);
    await this.engine.whenIdle();
  }

  /** Resolves when the engine tells something that is meant. */
  async until(isMeant: (event: EngineEvent) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const unsubscribe = this.engine.events.on((event) => {
        if (isMeant(event)) {
          unsubscribe();
          resolve();
        }
      });
    });
  }

  /**
   * Lets everything happen that still will: runs, merges, ticks of the schedule, and waits for a
   * time that has to come, until a tick changes nothing and all is done, or it goes on for ever.
   */
  async untilQuiet({ merges, isDone }: Quiet): Promise<void> {
    this.#isQuiet = false;
    for (let rounds = 0, steps = 0; rounds < MAX_ROUNDS; rounds += 1) {
      await this.engine.whenIdle();
      if (merges && (await this.#reviewer.mergeReady()) > 0) {
        continue;
      }
      const before = await this.#fingerprint();
      await this.tick();
      if (before !== (await this.#fingerprint())) {
        continue;
      }
      if (steps === MAX_STEPS || isDone(await this.look())) {
        this.#isQuiet = true;
        return;
      }
      steps += 1;
      await this.advance();
    }
  }

  /** Whether the last `untilQuiet` ended because nothing happened any more. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Lets so much time pass that nothing has to wait any longer. */
  async advance(): Promise<void> {
    await this.github.setClockAhead(await this.#clock.advance(STEP_SECONDS));
  }

  async look(): Promise<Seen> {
    return await lookAt(`/repos/${REPOSITORY}`, this.maintainer);
  }

  /** The bare repository, for git. */
  get bare(): string {
    return join(this.folder, "github/git", `${REPOSITORY}.git`);
  }

  async #fingerprint(): Promise<string> {
    const { issues, pullRequests } = await this.look();
    const hasJournal = await isGitTrue(this.bare, "rev-parse", "--verify", "--quiet", JOURNAL);
    const tip = hasJournal ? await readGit(this.bare, "rev-parse", JOURNAL) : "";
    return JSON.stringify([[...issues], [...pullRequests], tip]);
  }
}

/** A server whose paths are the stages of a session; it answers as long as nobody is killed there. */
async function listen(
  onStage: (stage: string) => "goes-on" | "killed",
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    if (onStage((request.url ?? "").slice(1)) === "goes-on") {
      response.end();
    }
    // What a killed session has left waits for ever, until somebody ends it.
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}` };
}

async function writeRepositories(
  github: EmbeddedGitHub,
  folder: string,
  { stages, configuration }: { readonly stages: string; readonly configuration: string },
): Promise<void> {
  await layOutProduct(PROJECT, join(folder, "product"));
  for (const login of ["maintainer", "author"]) {
    await github.addUser({ login, token: `${login}-token` });
  }
  const product = await github.addRepository({
    owner: "water-spider",
    name: "water-spider",
    private: false,
    directory: join(folder, "product"),
    collaborators: {},
  });
  await github.setRef("water-spider/water-spider", "refs/tags/v1", product.headSha);
  const example = await readFile(join(PROJECT, "examples/water-spider.yml"), "utf8");
  const [owner = "", name = ""] = REPOSITORY.split("/");
  await github.addRepository({
    owner,
    name,
    private: true,
    files: {
      "README.md": "Killed.\n",
      "done.txt": "",
      "check.cjs": checkScript(stages),
      ".github/water-spider.yml": configuration,
      ".github/workflows/water-spider.yml": example.replaceAll("OWNER/", "water-spider/"),
    },
    collaborators: { maintainer: "admin", author: "read" },
  });
  const maintainer = new Person(github.apiUrl, "maintainer", "maintainer-token");
  for (const label of [{ name: TRIGGER, color: "0e8a16" }, ...PRODUCT_LABELS]) {
    await maintainer.request("POST", `/repos/${REPOSITORY}/labels`, v.unknown(), label);
  }
}
