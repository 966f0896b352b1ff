import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  formatTreeRecord,
  parseTreeRecord,
  type RecordedDirectory,
} from "../../../src/adapters/workspace/tree-record.ts";

const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 5 })
  .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..");
const mark = fc.stringMatching(/^[0-9:]{0,9}$/);

/** Directories in directories, so many deep. */
function directories(depth: number): fc.Arbitrary<RecordedDirectory> {
  const below =
    depth === 0
      ? fc.constant([])
      : fc.array(fc.tuple(name, directories(depth - 1)), { maxLength: 2 });
  const files = fc.array(fc.tuple(name, mark), { maxLength: 3 });
  return fc.record({ mark, files, directories: below });
}

const record = fc.record({
  place: name,
  rules: fc.string().filter((text) => !text.includes("\0")),
  root: directories(4),
});

describe("parseTreeRecord", () => {
  it("reads back what was written, whatever the files are called", () => {
    fc.assert(
      fc.property(record, (written) => {
        expect(parseTreeRecord(formatTreeRecord(written))).toEqual(written);
      }),
    );
  });

  it("takes no part of a record for a whole one", () => {
    fc.assert(
      fc.property(record, fc.nat(), (written, at) => {
        const text = formatTreeRecord(written);

        expect(parseTreeRecord(text.slice(0, at % text.length))).toBeUndefined();
      }),
    );
  });

  it.each([
    "",
    "water-spider tree 1",
    "other\0issue-1\0{}\0m\0",
    "water-spider tree 1\0../x\0{}\0m\0",
  ])("does not read %j", (text) => {
    expect(parseTreeRecord(text)).toBeUndefined();
  });

  it("refuses names that lead elsewhere", () => {
    const root = { mark: "", files: [["../x", "m"]], directories: [] } as const;

    expect(
      parseTreeRecord(formatTreeRecord({ place: "issue-1", rules: "", root })),
    ).toBeUndefined();
  });
});
