import { spawn } from "node:child_process";
import { once } from "node:events";

/** What a plain git command said; `isOk` = exit code 0. */
export interface RawOutput {
  readonly isOk: boolean;
  readonly output: Buffer;
  readonly complaint: string;
}

/** Runs git in a folder as a shell would, with nothing but the token in its configuration. */
export async function tryGit(
  directory: string,
  args: readonly string[],
  input: string | Buffer = "",
  token?: string,
): Promise<RawOutput> {
  const child = spawn("git", ["-C", directory, ...args], {
    env: { ...process.env, ...configuration(token) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close");
  child.stdin.end(input);
  const [code] = await ended;
  const complaint = Buffer.concat(complaints).toString("utf8").trim();
  return { isOk: code === 0, output: Buffer.concat(chunks), complaint };
}

/** The same for a command that must succeed. Returns what it said, trimmed. */
export async function runGit(
  directory: string,
  args: readonly string[],
  input?: string,
  token?: string,
): Promise<string> {
  const { isOk, output, complaint } = await tryGit(directory, args, input, token);
  if (!isOk) {
    throw new Error(`git ${args[0] ?? ""} failed: ${complaint}`);
  }
  return output.toString("utf8").trim();
}

function configuration(token: string | undefined): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token ?? ""}`).toString("base64");
  const settings = [
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ...(token === undefined ? [] : [["http.extraheader", `AUTHORIZATION: basic ${basic}`]]),
  ];
  return {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key = "", value = ""], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
