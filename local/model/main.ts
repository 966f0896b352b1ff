// The scripted model as a process of its own: `node build/local/model/main.js --scripts DIR`.
import { parseArgs } from "node:util";

import { createModelServer } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    scripts: { type: "string" },
    log: { type: "string" },
  },
});

if (values.scripts === undefined) {
  console.error("The scripted model needs --scripts DIR, a directory with a folder per issue.");
  process.exit(2);
}

const server = createModelServer({ scripts: values.scripts, logFile: values.log });
server.on("error", (error: NodeJS.ErrnoException) => {
  console.error(
    error.code === "EADDRINUSE"
      ? `Port ${values.port} is in use; choose another one for the scripted model.`
      : `The scripted model cannot listen: ${error.message}.`,
  );
  process.exit(2);
});
server.listen(Number(values.port), "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  console.log(JSON.stringify({ ready: true, port, url: `http://127.0.0.1:${port}` }));
});

// Whoever started this process holds its stdin: when that one dies, nothing is left behind.
process.stdin.resume().on("end", () => process.exit(0));
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => process.exit(0));
}
