import { type HistoryOptions, type HistoryReport, runHistory } from "./history.ts";

/**
 * Leaves out what people do, one act after the other, as long as the same invariant breaks. What is
 * left is what matters, and a story that can be read.
 */
export async function shrink(
  options: HistoryOptions,
  failed: HistoryReport,
): Promise<{ readonly report: HistoryReport; readonly drop: ReadonlySet<number> }> {
  let report = failed;
  let drop = new Set(options.drop ?? []);
  for (let act = failed.acts - 1; act >= 0; act -= 1) {
    const smaller = new Set([...drop, act]);
    const tried = drop.has(act) ? undefined : await runHistory({ ...options, drop: smaller });
    if (tried?.violation?.invariant === failed.violation?.invariant && tried !== undefined) {
      report = tried;
      drop = smaller;
    }
  }
  return { report, drop };
}

/** What replays a history, and the end of its story. */
export function formatFailure(
  { seed, violation, story }: HistoryReport,
  drop: ReadonlySet<number>,
  mutant: string | undefined,
  lines = 40,
): string {
  const dropped = drop.size === 0 ? "" : ` --drop ${[...drop].toSorted((a, b) => a - b).join(",")}`;
  const planted = mutant === undefined ? "" : ` --mutant ${mutant}`;
  return [
    `Seed ${seed} breaks "${violation?.invariant ?? ""}": ${violation?.detail ?? ""}`,
    `  npm run simulate -- --seed ${seed}${dropped}${planted}`,
    ...story
      .slice(-lines)
      .map((line) => `  | ${line.length > 400 ? `${line.slice(0, 400)} …` : line}`),
  ].join("\n");
}
