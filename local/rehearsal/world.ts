import { randomBytes } from "node:crypto";
import { mkdir, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { startEmbeddedGitHub, type EmbeddedGitHub } from "../github/embedded-github.ts";
import { startScriptedModel, type ScriptedModel } from "../model/scripted-model.ts";
import { WorkflowEngine } from "../runner/engine.ts";
import { writeBacklog, type BacklogPeople } from "./backlog.ts";
import { Person } from "./person.ts";
import type { Tools } from "./preflight.ts";
import {
  layOutProduct,
  layOutSample,
  PRODUCT_NAME,
  PRODUCT_OWNER,
  PRODUCT_TAG,
} from "./repositories.ts";
import type { Sample } from "./sample.ts";

export interface WorldOptions {
  readonly project: string;
  /** Everything that the world writes lies below. */
  readonly folder: string;
  readonly sample: Sample;
  readonly tools: Tools;
  readonly port: number;
}

/** The offline world while it runs: GitHub, a model, and machines with runners. */
export interface World {
  readonly github: EmbeddedGitHub;
  readonly engine: WorkflowEngine;
  readonly people: BacklogPeople;
  /** `owner/name` of the sample. */
  readonly repository: string;
  /** `/repos/owner/name` of the sample. */
  readonly repositoryPath: string;
  readonly stop: () => Promise<void>;
}

/** Two computers and how many runners each has. */
const MACHINES = [
  { name: "mac-1", runners: 3 },
  { name: "mac-2", runners: 2 },
] as const;

const HOSTED_RUNNERS = 5;
/** Not a key of anything; a check can look for it where no secret may be. */
export const CANARY_KEY = "sk-ant-rehearsal-canary-0000";

/** Starts the processes and writes repositories and backlog. The engine is made, but not started. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { folder, sample, tools } = options;
  const running: { readonly stop: () => Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.allSettled(running.toReversed().map((part) => part.stop()));
  };
  try {
    const github = await startEmbeddedGitHub({
      dataDirectory: join(folder, "github"),
      port: options.port,
    });
    running.push(github);
    const model = await startModel(options);
    if (model !== undefined) {
      running.push(model);
    }
    const people = await writeRepositories(github, options);
    const repository = `${sample.repository.owner}/${sample.repository.name}`;
    const engine = new WorkflowEngine({
      github,
      repository,
      runners: await makeRunners(folder, tools, model),
      hostedRunners: HOSTED_RUNNERS,
      secrets: { ANTHROPIC_API_KEY: tools.apiKey ?? CANARY_KEY },
      variables: {},
      workDirectory: folder,
      nodePath: process.execPath,
      readToken: people.maintainer.token,
    });
    running.push(engine);
    return { github, engine, people, repository, repositoryPath: `/repos/${repository}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startModel(options: WorldOptions): Promise<ScriptedModel | undefined> {
  if (options.tools.apiKey !== undefined) {
    return undefined;
  }
  await mkdir(join(options.folder, "logs"), { recursive: true });
  return startScriptedModel({
    scripts: join(options.project, "local/sample/scripts"),
    logFile: join(options.folder, "logs", "model.jsonl"),
  });
}

async function writeRepositories(
  github: EmbeddedGitHub,
  { project, folder, sample }: WorldOptions,
): Promise<BacklogPeople> {
  const [maintainer, author] = await Promise.all(
    ["maintainer", "author"].map(async (login) => {
      const token = `person-${randomBytes(16).toString("hex")}`;
      await github.addUser({ login, token });
      return new Person(github.apiUrl, login, token);
    }),
  );
  if (maintainer === undefined || author === undefined) {
    throw new Error("The people of the rehearsal are incomplete.");
  }
  const layouts = {
    sample: join(folder, "layout/sample"),
    product: join(folder, "layout/product"),
  };
  await layOutProduct(project, layouts.product);
  await layOutSample(project, layouts.sample);
  const product = await github.addRepository({
    owner: PRODUCT_OWNER,
    name: PRODUCT_NAME,
    private: false,
    directory: layouts.product,
    collaborators: {},
  });
  const tag = `refs/tags/${PRODUCT_TAG}`;
  await github.setRef(`${PRODUCT_OWNER}/${PRODUCT_NAME}`, tag, product.headSha);
  const { owner, name } = sample.repository;
  await github.addRepository({
    owner,
    name,
    private: true,
    directory: layouts.sample,
    collaborators: { maintainer: "admin", author: "read" },
  });
  await writeBacklog(`/repos/${owner}/${name}`, sample, { maintainer, author });
  return { maintainer, author };
}

/** The runners of one machine share its home, as those of one account do. */
async function makeRunners(
  folder: string,
  tools: Tools,
  model: ScriptedModel | undefined,
): Promise<
  readonly {
    readonly name: string;
    readonly labels: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  }[]
> {
  const runners = [];
  for (const machine of MACHINES) {
    const home = join(folder, "machines", machine.name);
    const bin = join(home, "bin");
    await mkdir(bin, { recursive: true });
    await symlink(tools.agent.binary, join(bin, "claude"));
    const path = [bin, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
    for (let number = 1; number <= machine.runners; number += 1) {
      runners.push({
        name: `${machine.name}-${number}`,
        labels: ["self-hosted", "macOS", "ARM64", machine.name],
        environment: {
          HOME: home,
          PATH: path,
          ...(model === undefined ? realApiEnvironment() : { ANTHROPIC_BASE_URL: model.url }),
        },
      });
    }
  }
  return runners;
}

/** What a session needs to reach the real Messages API from this machine. */
function realApiEnvironment(): Record<string, string> {
  const names = [
    "ANTHROPIC_BASE_URL",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
