import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { addTally, catchMutant, findMutant, NO_TALLY, runSeeds, type Tally } from "./campaign.ts";
import { runHistory } from "./history.ts";
import { MUTANTS } from "./mutants/mutants.ts";
import { formatFailure, shrink } from "./shrink.ts";

/** What one worker process is asked to do, and what it answers. */
type Order =
  | { readonly type: "seeds"; readonly from: number; readonly count: number }
  | { readonly type: "mutant"; readonly name: string };
type Answer =
  | { readonly type: "seeds"; readonly tally: Tally }
  | { readonly type: "mutant"; readonly name: string; readonly caught: string | undefined };

const WORKERS = 2;
const CHUNK = 100;

const USAGE = `Usage: npm run simulate -- --seeds N [--from SEED] [--json] [--no-mutants]
       npm run simulate -- --seed S [--drop 1,2] [--mutant NAME]
Mutants: ${MUTANTS.map(({ name }) => name).join(", ")}.`;

const OPTIONS = {
  seeds: { type: "string" },
  from: { type: "string", default: "1" },
  seed: { type: "string" },
  drop: { type: "string", default: "" },
  mutant: { type: "string" },
  json: { type: "boolean", default: false },
  "no-mutants": { type: "boolean", default: false },
  worker: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const values = readOptions();
if (values === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (values.help) {
  console.log(USAGE);
} else if (values.worker) {
  work();
} else if (isCount(values.seed)) {
  await replay(Number(values.seed), values.drop, values.mutant);
} else if (isCount(values.seeds) && isCount(values.from)) {
  await campaign(Number(values.from), Number(values.seeds), values);
} else {
  console.error(USAGE);
  process.exitCode = 2;
}

/** The options given, or nothing where one is unknown or lacks its value; the reason is on stderr. */
function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function isCount(given: string | undefined): given is string {
  return given !== undefined && /^\d{1,9}$/u.test(given);
}

/** One history with its whole story. */
async function replay(
  seed: number,
  dropped: string,
  mutantName: string | undefined,
): Promise<void> {
  const mutant = mutantName === undefined ? undefined : findMutant(mutantName);
  if (mutantName !== undefined && mutant === undefined) {
    console.error(`There is no mutant '${mutantName}'.\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const drop = new Set(dropped === "" ? [] : dropped.split(",").map(Number));
  const options = { seed, mutant, drop };
  const report = await runHistory(options);
  if (report.violation === undefined) {
    console.log(`${report.story.join("\n")}\nSeed ${seed}: ${report.steps} steps, no violation.`);
    return;
  }
  const smaller = await shrink(options, report);
  console.log(formatFailure(smaller.report, smaller.drop, mutantName, 80));
  process.exitCode = 1;
}

async function campaign(
  from: number,
  seeds: number,
  wish: { readonly "no-mutants": boolean; readonly json: boolean },
): Promise<void> {
  const startedMs = performance.now();
  const mutants = wish["no-mutants"] ? [] : MUTANTS;
  const orders: Order[] = mutants.map(({ name }) => ({ type: "mutant", name }));
  for (let seed = from; seed < from + seeds; seed += CHUNK) {
    orders.push({ type: "seeds", from: seed, count: Math.min(CHUNK, from + seeds - seed) });
  }
  let tally = NO_TALLY;
  const alive: string[] = [];
  await Promise.all(
    Array.from({ length: WORKERS }, () =>
      employ(orders, (answer) => {
        if (answer.type === "seeds") {
          tally = addTally(tally, answer.tally);
          answer.tally.stories.forEach((story) => console.error(story));
        } else if (answer.caught === undefined) {
          alive.push(answer.name);
          console.error(`The mutant '${answer.name}' was not caught.`);
        } else {
          console.error(`Mutant ${answer.name}: ${answer.caught}`);
        }
      }),
    ),
  );
  const { histories, steps, faults, violations } = tally;
  const report = {
    histories,
    steps,
    faults,
    violations,
    mutantsCaught: `${mutants.length - alive.length}/${mutants.length}`,
    wallSeconds: Math.round((performance.now() - startedMs) / 100) / 10,
  };
  console.log(wish.json ? JSON.stringify(report) : report);
  process.exitCode = violations === 0 && alive.length === 0 ? 0 : 1;
}

/** Lets a worker process take order after order until there are none. */
function employ(orders: Order[], onAnswer: (answer: Answer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker: ChildProcess = fork(fileURLToPath(import.meta.url), ["--worker"]);
    const next = (): void => {
      const order = orders.shift();
      if (order === undefined) {
        worker.disconnect();
      } else {
        worker.send(order);
      }
    };
    worker.on("message", (answer: Answer) => {
      onAnswer(answer);
      next();
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`A worker ended with exit code ${code ?? "none"}.`));
      }
    });
    next();
  });
}

function work(): void {
  process.on("message", (order: Order) => {
    void answerTo(order).then((answer) => process.send?.(answer));
  });
}

async function answerTo(order: Order): Promise<Answer> {
  if (order.type === "seeds") {
    return { type: "seeds", tally: await runSeeds(order.from, order.count) };
  }
  const mutant = findMutant(order.name);
  const found = mutant === undefined ? undefined : (await catchMutant(mutant)).caughtBy;
  const { violation, seed } = found ?? {};
  return {
    type: "mutant",
    name: order.name,
    caught:
      violation === undefined
        ? undefined
        : `caught by seed ${seed ?? 0} (${violation.invariant}: ${violation.detail})`,
  };
}
