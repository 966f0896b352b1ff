// `npm start`: plans a file of issues with `--plan`, and rehearses offline without it. Both programs
// are named at run time only: bootstrap.mjs compiles the one that is asked for, so that a mistake in
// the sources of one does not stop the other.
const isPlan = process.argv.slice(2).some((argument) => /^--plan(?:=|$)/u.test(argument));
const program = isPlan ? "../src/adapters/plan-file/main.js" : "../local/rehearse.js";

await import(new URL(program, import.meta.url).href);
