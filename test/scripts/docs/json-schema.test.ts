import * as v from "valibot";
import { describe, expect, it } from "vitest";

import { formatJsonSchema } from "../../../scripts/docs/generators.ts";

describe("formatJsonSchema", () => {
  it("describes what a person may write and refuses other keys", () => {
    const schema = v.strictObject({
      "max-parallel": v.optional(v.pipe(v.number(), v.integer(), v.maxValue(20))),
    });

    const text = formatJsonSchema("Settings", schema);

    expect(JSON.parse(text)).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "Settings",
      properties: { "max-parallel": { type: "integer", maximum: 20 } },
      additionalProperties: false,
    });
  });

  it("throws where a check would be lost", () => {
    const schema = v.pipe(
      v.string(),
      v.check((text) => text !== "no"),
    );

    expect(() => formatJsonSchema("Text", schema)).toThrow(/"check"/);
  });

  it("keeps a check that says what it refuses as a comment", () => {
    const schema = v.pipe(
      v.string(),
      v.check((text) => text !== "no", "a text is 'no'"),
    );

    expect(JSON.parse(formatJsonSchema("Text", schema))).toMatchObject({
      $comment: "Refused: a text is 'no'.",
    });
  });
});
