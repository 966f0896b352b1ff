import { nearestName } from "../src/core/text/nearest-name.ts";
import type { Bench } from "./bench-options.ts";

/** What the command line asks for. */
export type BenchCommand =
  | { readonly type: "list" }
  | {
      readonly type: "run";
      readonly bench: Bench;
      readonly isJson: boolean;
      readonly isQuick: boolean;
    }
  /** One sentence for the person who typed it. */
  | { readonly type: "refused"; readonly message: string };

const OPTIONS: readonly string[] = ["--json", "--quick"];

/** Reads `[NAME] [--json] [--quick]`, in any order. */
export function parseBenchCommand(
  args: readonly string[],
  benches: readonly Bench[],
): BenchCommand {
  const unknown = args.find((each) => each.startsWith("-") && !OPTIONS.includes(each));
  if (unknown !== undefined) {
    const message = `There is no option ${unknown}; did you mean ${nearestOf(unknown, OPTIONS)}?`;
    return { type: "refused", message };
  }
  const [name, more] = args.filter((each) => !each.startsWith("-"));
  if (name === undefined) {
    return { type: "list" };
  }
  const bench = benches.find((each) => each.name === name);
  if (bench === undefined || more !== undefined) {
    const names = benches.map((each) => each.name);
    const message =
      bench === undefined
        ? `There is no bench ${name}; did you mean ${nearestOf(name, names)}?`
        : `One bench at a time, please: ${name} or ${more}.`;
    return { type: "refused", message };
  }
  return { type: "run", bench, isJson: args.includes("--json"), isQuick: args.includes("--quick") };
}

/** However far: the lists are short, and a name to try is better than none. */
function nearestOf(given: string, names: readonly string[]): string {
  return nearestName(given, names, () => Infinity) ?? "";
}

/** The benches and how to run one. */
export function formatBenchList(benches: readonly Bench[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return [
    "Usage: npm run bench -- NAME [--json] [--quick]",
    "",
    ...benches.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
  ].join("\n");
}
