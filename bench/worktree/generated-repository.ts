import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";

import { type NextNumber, numbersFrom, oneOf, wholeNumber } from "../seeded-numbers.ts";

export interface RepositorySize {
  readonly files: number;
  readonly commits: number;
}

const SYLLABLES = "ka to mi re su lo ven dar pil ost ine qua bre zu fi gen hal ter mon ak".split(
  " ",
);
const WORDS = 4_000;
const POOL_LINES = 120_000;
const FILES_PER_FOLDER = 50;
const FOLDERS_PER_PACKAGE = 50;
const MOST_CHANGES = 8;
const FIRST_SECOND = 1_700_000_000;
const BRANCH = "refs/heads/main";

/**
 * Fills a bare repository with generated source code: always the same for the same size. Files have
 * from 0.4 to 22 kB, few large ones, and compress to less than a half, as sources do.
 */
export async function fillRepository(directory: string, size: RepositorySize): Promise<void> {
  const child = spawn("git", ["fast-import", "--quiet", "--force", "--depth=10"], {
    cwd: directory,
    env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    stdio: ["pipe", "ignore", "inherit"],
  });
  const next = numbersFrom(1);
  const text = new TextPool(next);
  await write(child.stdin, `reset ${BRANCH}\n\n`);
  for (let commit = 0; commit < size.commits; commit += 1) {
    await write(child.stdin, formatCommit(commit));
    const count = commit === 0 ? size.files : wholeNumber(next, 1, MOST_CHANGES);
    for (let index = 0; index < count; index += 1) {
      const file = commit === 0 ? index : wholeNumber(next, 0, size.files - 1);
      await write(child.stdin, formatFile(pathOf(file), text.take()));
    }
  }
  child.stdin.end();
  const [code] = await once(child, "close");
  if (code !== 0) {
    throw new Error(`git fast-import exited with ${String(code)}.`);
  }
}

/** Path of a file by its number: three levels, fifty files in a folder. */
export function pathOf(file: number): string {
  const folder = Math.floor(file / FILES_PER_FOLDER);
  const group = Math.floor(folder / FOLDERS_PER_PACKAGE);
  return `packages/p${group}/m${folder % FOLDERS_PER_PACKAGE}/file-${file % FILES_PER_FOLDER}.ts`;
}

async function write(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) {
    await once(stream, "drain");
  }
}

function formatCommit(index: number): string {
  const message = `change ${index}`;
  const who = `Ada <ada@example.org> ${FIRST_SECOND + index * 600} +0000`;
  return `commit ${BRANCH}\ncommitter ${who}\ndata ${message.length}\n${message}\n`;
}

/** Everything is ASCII, so characters are bytes. */
function formatFile(path: string, text: string): string {
  return `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
}

/** Texts that look like source code: lines of made-up words in an order by chance. */
class TextPool {
  readonly #next: NextNumber;
  readonly #lines: readonly string[];

  constructor(next: NextNumber) {
    this.#next = next;
    const words = Array.from({ length: WORDS }, () => this.#word());
    // As in real code, few words are frequent.
    const pick = (): string => words[Math.floor(WORDS * next() ** 2)] ?? "";
    this.#lines = Array.from({ length: POOL_LINES }, () => this.#line(pick));
  }

  take(): string {
    const length = Math.round(400 * Math.exp(2 * (this.#next() + this.#next())));
    let text = "";
    while (text.length < length) {
      text += this.#lines[Math.floor(this.#next() * POOL_LINES)] ?? "";
    }
    return text;
  }

  #word(): string {
    const [first = "ka", ...more] = SYLLABLES;
    const count = wholeNumber(this.#next, 2, 4);
    return Array.from({ length: count }, () => oneOf(this.#next, [first, ...more])).join("");
  }

  #line(pick: () => string): string {
    const number = wholeNumber(this.#next, 0, 99_999);
    return oneOf(this.#next, [
      `  const ${pick()} = ${pick()}.${pick()}(${number});\n`,
      `export function ${pick()}(${pick()}: ${pick()}): string {\n`,
      `  if (${pick()} !== ${pick()}) {\n    return ${pick()};\n  }\n`,
      `// ${pick()} ${pick()} the ${pick()} of ${number.toString(36)}\n`,
      `import { ${pick()} } from "./${pick()}/${pick()}.ts";\n`,
      "}\n\n",
    ]);
  }
}
