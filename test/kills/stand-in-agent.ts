/**
 * The agent of the kill tests, in the place of the CLI: it says where it is, writes a file and ends.
 * `stages` is the address that it asks for `/agent` at, and its repository's check for `/checks`.
 */
export function agentScript(stages: string): string {
  return `#!${process.execPath}
if (process.argv.includes("--version")) {
  console.log("2.1.328 (stand-in)");
  process.exit(0);
}
${tell(stages, "agent")}
const { appendFileSync } = require("node:fs");
process.stdin.once("data", () => tell(() => {
  appendFileSync("done.txt", "done\\n");
  console.log(JSON.stringify({ type: "result", subtype: "success", is_error: false,
    terminal_reason: "completed", num_turns: 1,
    structured_output: { status: "done", title: "feat: add the line", summary: "Added it." } }));
}));
process.stdin.once("end", () => process.exit(0));
`;
}

/** What the repository's own check runs. */
export function checkScript(stages: string): string {
  return `${tell(stages, "checks")}
tell(() => process.exit(0));
`;
}

function tell(stages: string, stage: string): string {
  return `const tell = (then) => require("node:http")
  .get("${stages}/${stage}", (response) => response.resume().once("end", then))
  .once("error", () => process.exit(1));`;
}
