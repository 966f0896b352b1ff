import { spawn } from "node:child_process";
import { once } from "node:events";

import { formatEvent } from "../../src/core/text/journal-event.ts";
import type { Recorded } from "./fleet-history.ts";

/** So much text is handed to git at once. */
const CHUNK_CHARACTERS = 1_000_000;

/** Writes events as the commits of a ref of a bare repository, each with the tree of its state. */
export async function importHistory(
  repository: string,
  ref: string,
  history: Iterable<Recorded>,
): Promise<void> {
  // The pack is read a few times and thrown away: hardly compressed, it is there sooner.
  const args = ["-c", "core.compression=1", "fast-import", "--quiet", "--done"];
  const child = spawn("git", ["-C", repository, ...args], { stdio: ["pipe", "inherit", "pipe"] });
  const complaint: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
  // What is written after git has given up is lost; its exit code tells.
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close");
  let text = "";
  for (const recorded of history) {
    text += formatCommit(ref, recorded);
    if (text.length > CHUNK_CHARACTERS && !child.stdin.write(text)) {
      await Promise.race([once(child.stdin, "drain"), ended]);
    }
    text = text.length > CHUNK_CHARACTERS ? "" : text;
  }
  child.stdin.end(`${text}done\n`);
  const [code] = await ended;
  if (code !== 0) {
    throw new Error(`git fast-import failed: ${Buffer.concat(complaint).toString("utf8").trim()}`);
  }
}

function formatCommit(ref: string, { event, files }: Recorded): string {
  const seconds = Math.floor(Date.parse(event.stamp.at) / 1_000);
  return [
    `commit ${ref}\n`,
    `committer Water Spider <water-spider@users.noreply.github.com> ${seconds} +0000\n`,
    dataBlock(formatEvent(event)),
    ...Array.from(files, ([path, text]) =>
      text === undefined ? `D ${path}\n` : `M 100644 inline ${path}\n${dataBlock(text)}`,
    ),
  ].join("");
}

function dataBlock(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
