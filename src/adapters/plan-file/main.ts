// The program behind `npm start -- --plan FILE.json`; scripts/start.ts starts it.
import { runPlanCommand } from "./plan-command.ts";

// npm runs scripts in the folder of package.json, and says where the command was typed.
const typedIn =
  process.env["npm_lifecycle_event"] === "start" ? process.env["INIT_CWD"] : undefined;

const { exitCode, stdout, stderr } = runPlanCommand(process.argv.slice(2), {
  folder: typedIn ?? process.cwd(),
  now: `${new Date().toISOString().slice(0, 19)}Z`,
});
// Whoever reads the first lines only, as `head` does, closes the pipe early.
process.stdout.on("error", () => process.exit(exitCode));
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = exitCode;
