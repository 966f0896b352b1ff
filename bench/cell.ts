import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How the process of one measurement ended. */
export type CellOutcome<Result> =
  | { readonly type: "done"; readonly result: Result }
  /** The stack overflowed: a property of what was measured, and no failure of the bench. */
  | { readonly type: "overflow" }
  | { readonly type: "timeout" }
  | { readonly type: "failed"; readonly detail: string };

const MAX_CELL_MS = 90_000;

/** Measures in a process of its own, so that no measurement warms another one up. */
export async function runCell<Result>(
  program: URL,
  request: object,
  maxMs = MAX_CELL_MS,
): Promise<CellOutcome<Result>> {
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(request)], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: maxMs,
    killSignal: "SIGKILL",
  });
  const output = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output.out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    output.err += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) {
    const outcome: CellOutcome<Result> = JSON.parse(output.out);
    return outcome;
  }
  return child.signalCode === "SIGKILL"
    ? { type: "timeout" }
    : { type: "failed", detail: output.err.trim().split("\n").at(-1) ?? "" };
}

/** Measures what a request, which comes as JSON, asks for. */
export type Measurement = (request: string) => object | Promise<object>;

/** The other side of `runCell`: answers its request on stdout. */
export async function answerCell(measure: Measurement): Promise<void> {
  console.log(JSON.stringify(await outcomeOf(measure)));
}

async function outcomeOf(measure: Measurement): Promise<CellOutcome<object>> {
  try {
    return { type: "done", result: await measure(process.argv[2] ?? "") };
  } catch (error) {
    if (error instanceof RangeError && error.message.includes("call stack")) {
      return { type: "overflow" };
    }
    return { type: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}
