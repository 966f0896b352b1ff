// `npm run bench`: lists the benches. `npm run bench -- planner [--json] [--quick]` runs one: the
// result goes to stdout, what is going on to stderr. Exit code 2: the command line was not understood.
import { formatBenchList, parseBenchCommand } from "./bench-command.ts";
import { BENCHES } from "./bench-list.ts";

const command = parseBenchCommand(process.argv.slice(2), BENCHES);
switch (command.type) {
  case "list":
    console.log(formatBenchList(BENCHES));
    break;
  case "refused":
    console.error(command.message);
    process.exitCode = 2;
    break;
  case "run": {
    const report = await command.bench.run({
      isQuick: command.isQuick,
      progress: (line) => {
        console.error(line);
      },
    });
    console.log(
      command.isJson ? JSON.stringify(report.data, undefined, 2) : report.lines.join("\n"),
    );
  }
}
