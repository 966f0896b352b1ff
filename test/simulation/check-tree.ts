import { isDeepStrictEqual } from "node:util";

import { formatEvent, parseEvent } from "../../src/core/text/journal-event.ts";
import { formatTreeChanges, issuePath } from "../../src/core/text/journal-tree.ts";
import { parseTree, writeFiles } from "../world/written-tree.ts";
import type { Landed } from "./shared-journal.ts";
import type { Watcher } from "./watcher.ts";

/** What is pushed can be read again, and is the state: tree = fold(events), text by text. */
export function checkRoundTrip(watcher: Watcher, { event, before, after }: Landed): void {
  if (event.seq !== before.seq + 1 || after.seq !== event.seq) {
    watcher.fail("lease", `Event ${event.seq} follows event ${before.seq}.`);
    return;
  }
  const read = parseEvent(formatEvent(event));
  if ("error" in read || !isDeepStrictEqual(plain(read), plain(event))) {
    watcher.fail("event text", `Event ${event.seq} (${event.fact.type}) cannot be read again.`);
    return;
  }
  const files = formatTreeChanges(before, after);
  const tree = parseTree(writeFiles(new Map(), files));
  if ("error" in tree) {
    watcher.fail("tree", tree.error);
    return;
  }
  const changed = [...after.issues].filter(([issue]) => files.has(issuePath(issue)));
  const isSame =
    tree.seq === after.seq &&
    tree.unreadable.size === 0 &&
    isDeepStrictEqual(plain(tree.fleet), plain(after.fleet)) &&
    changed.length === tree.issues.size &&
    changed.every(([issue, record]) =>
      isDeepStrictEqual(plain(tree.issues.get(issue)), plain(record)),
    );
  if (!isSame) {
    watcher.fail("tree", `The tree of event ${event.seq} (${event.fact.type}) is not its state.`);
  }
}

/** Keys without a value and absent keys are the same in a text. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? {}));
}
