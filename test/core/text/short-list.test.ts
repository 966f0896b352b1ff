import { describe, expect, it } from "vitest";

import { appended, NOTHING } from "../../../src/core/text/short-list.ts";

describe("appended", () => {
  it("adds each value at the end, and nothing to the shared empty list", () => {
    let list: number[] = NOTHING;
    for (const value of [0, 5, 3, 3, 9]) {
      list = appended(list, value);
    }

    expect(list).toEqual([0, 5, 3, 3, 9]);
    expect(NOTHING).toEqual([]);
  });
});
