import { lstat, readFile } from "node:fs/promises";

/**
 * Returns the paths of the sockets of the machine's user, on Linux: who answers there is a process
 * with all rights of that user, for example a terminal multiplexer or a key agent.
 */
export async function findOwnSockets(): Promise<readonly string[]> {
  const table = await readFile("/proc/net/unix", "utf8").catch(() => "");
  const paths = table
    .split("\n")
    .flatMap((line) => /^(?:\S+ +){6}\S+ (\/.*)$/.exec(line)?.[1] ?? []);
  const unique = [...new Set(paths)];
  const areOwn = await Promise.all(
    unique.map(async (path) => {
      const found = await lstat(path).catch(() => undefined);
      return found?.isSocket() === true && found.uid === process.getuid?.();
    }),
  );
  return unique.filter((_, index) => areOwn[index] === true);
}
