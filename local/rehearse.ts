// The rehearsal: `npm start`, or `node build/local/rehearse.js` once everything is compiled.
import { parseArguments, USAGE } from "./rehearsal/arguments.ts";
import { runCommand } from "./rehearsal/command.ts";

const parsed = parseArguments(process.argv.slice(2));
switch (parsed.type) {
  case "help":
    process.stdout.write(USAGE);
    break;
  case "refused":
    console.error(parsed.message);
    process.exitCode = 2;
    break;
  case "run":
    // Explicitly: a handle that something forgot to close must not keep the command alive.
    process.exit(await runCommand(parsed.options));
    break;
}
