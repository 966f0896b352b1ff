import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { formatTreeChanges } from "../../../src/core/text/journal-tree.ts";
import { TreeFold } from "../../../src/core/text/tree-fold.ts";
import { histories } from "../../arbitraries/journal.ts";

describe("TreeFold", () => {
  it("says of every event what the fold over whole states says [D1]", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const fold = new TreeFold();
        let state = EMPTY_JOURNAL;
        for (const event of events) {
          const after = applyEvent(state, event);

          const files = fold.add(event);

          expect(files).toEqual(formatTreeChanges(state, after));
          expect(fold.state).toEqual(after);
          state = after;
        }
      }),
      { numRuns: 300 },
    );
  });
});
