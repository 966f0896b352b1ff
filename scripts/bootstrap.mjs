// Makes a fresh clone ready and then runs one of the project's programs: checks Node, installs
// packages when the lock file asks for it, compiles, and starts build/<program> with the arguments
// that follow. Plain JavaScript, because Node 20 does not run TypeScript.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [program, ...args] = process.argv.slice(2);
const MINIMUM_NODE = [20, 19];

/** Ends with exit code 2: something that the person who typed the command can put right. */
function refuse(message) {
  console.error(message);
  process.exit(2);
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
  refuse(
    `Water Spider needs Node ${MINIMUM_NODE.join(".")} or newer, but this is ${process.versions.node}. Install a newer Node and run the command again.`,
  );
}
if (program === undefined) {
  refuse("Usage: node scripts/bootstrap.mjs PROGRAM [ARGUMENTS], for example scripts/start.js.");
}

/** Runs a command of this repository; its output goes to stderr, so that stdout stays the program's. */
function run(command, commandArgs) {
  const { status, error } = spawnSync(command, commandArgs, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error !== undefined) {
    refuse(`Could not run ${command}: ${error.message}. Is it installed and on the PATH?`);
  }
  return status ?? 1;
}

const lockFile = join(root, "package-lock.json");
const lock = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
const stamp = join(root, "node_modules", ".water-spider-lock");
/** npm writes this file after the lock file, so a newer one means that npm installed what is locked. */
const npmStamp = join(root, "node_modules", ".package-lock.json");

function isInstalled() {
  const isStamped = existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
  const isNewer = existsSync(npmStamp) && statSync(npmStamp).mtimeMs >= statSync(lockFile).mtimeMs;
  return isStamped || isNewer;
}

if (!isInstalled()) {
  console.error("Installing packages (once, and again when package-lock.json changes) ...");
  if (run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]) !== 0) {
    refuse(
      "npm ci failed; its messages are above. Check the network or proxy and run the command again.",
    );
  }
}
writeFileSync(stamp, lock);

/**
 * What has to be compiled before the program can run, and nothing that could break it for no reason;
 * none = everything. The rehearsal runs the committed bundles, so the offline world is enough for it.
 */
function listProjects() {
  if (program === "scripts/start.js") {
    const isPlan = args.some((argument) => /^--plan(?:=|$)/.test(argument));
    return ["tsconfig.start.json", isPlan ? "tsconfig.outside.json" : "tsconfig.local.json"];
  }
  return program.startsWith("local/") ? ["tsconfig.local.json"] : [];
}

const tsc = join(root, "node_modules/typescript/bin/tsc");
if (run(process.execPath, [tsc, "-b", ...listProjects()]) !== 0) {
  refuse("The sources do not compile; the compiler's messages are above.");
}

process.argv = [process.argv[0], join(root, "build", program), ...args];
await import(new URL(`../build/${program}`, import.meta.url).href);
