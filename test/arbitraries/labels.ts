import fc from "fast-check";

import { ISSUE_STATES } from "../../src/core/journal/issue-state.ts";
import type { LabelMeaning } from "../../src/core/text/labels.ts";

/** Anything that `formatLabel` can write. */
export const anyMeaning: fc.Arbitrary<Exclude<LabelMeaning, { readonly type: "malformed" }>> =
  fc.oneof(
    fc.record({ type: fc.constant("priority" as const), priority: fc.constantFrom(0, 1, 2, 3) }),
    fc.record({
      type: fc.constant("blocked-by" as const),
      issue: fc.integer({ min: 1, max: 999_999_999 }),
    }),
    fc.record({
      type: fc.constant("estimate" as const),
      minutes: fc.integer({ min: 1, max: 60_000 }),
    }),
    fc.record({ type: fc.constant("state" as const), state: fc.constantFrom(...ISSUE_STATES) }),
    fc.record({ type: fc.constant("hotfix" as const) }),
    fc.record({
      type: fc.constant("kind" as const),
      name: fc.oneof(
        fc.constantFrom("bug", "documentation", "enhancement", "feature"),
        fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/),
      ),
    }),
  );

/** Texts near our grammars: what people, bots and bad days put into labels. */
export const anyNearLabel: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        "blocked-by",
        "depends-on",
        ":",
        "#",
        "-1",
        "0",
        "9",
        "P0",
        "-",
        " ",
        "\u202e",
        "estimated",
        "16h",
        "NaN",
        "state",
        "done",
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join("")),
  fc
    .tuple(
      fc.constantFrom("blocked-by:#", "blocked-by:", "estimated:", "state:", "priority:P"),
      fc.constantFrom("0", "00", "-1", "1e3", "99999999999999999999", "0h", "#3", "9", "Infinity"),
    )
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
);
