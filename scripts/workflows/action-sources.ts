import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The text of an action's own files, and of what they import from where inputs are read. */
export interface ActionSources {
  readonly ownSources: readonly string[];
  readonly sharedSources: readonly string[];
}

const RELATIVE_IMPORT = /\bfrom\s+"(\.[^"]+\.ts)"/g;
/** Only these layers may read an action's inputs. */
const READERS = /^(?:actions|src\/adapters)\//;

/** Reads the sources of the action in `folder` (`actions/<name>`), relative to the current folder. */
export function readActionSources(folder: string): ActionSources {
  const own = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
  const texts = new Map<string, string>();
  const waiting = [...own];
  for (const path of waiting) {
    if (texts.has(path) || !existsSync(path)) {
      continue;
    }
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    const imported = [...text.matchAll(RELATIVE_IMPORT)].map(([, target = ""]) =>
      join(dirname(path), target),
    );
    waiting.push(...imported.filter((target) => READERS.test(target)));
  }
  const isOwn = (path: string): boolean => own.includes(path);
  return {
    ownSources: [...texts].filter(([path]) => isOwn(path)).map(([, text]) => text),
    sharedSources: [...texts].filter(([path]) => !isOwn(path)).map(([, text]) => text),
  };
}
