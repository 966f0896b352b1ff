import * as v from "valibot";
import { describe, expect, it } from "vitest";

import { formatConfigurationSchema } from "../../../scripts/docs/generators.ts";

describe("formatConfigurationSchema", () => {
  it("describes what a person may write and refuses other keys", () => {
    const schema = v.strictObject({
      "max-parallel": v.optional(v.pipe(v.number(), v.integer(), v.maxValue(20))),
    });

    const text = formatConfigurationSchema(schema);

    expect(JSON.parse(text)).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      properties: { "max-parallel": { type: "integer", maximum: 20 } },
      additionalProperties: false,
    });
  });

  it("throws where a check would be lost", () => {
    const schema = v.pipe(
      v.string(),
      v.check((text) => text !== "no"),
    );

    expect(() => formatConfigurationSchema(schema)).toThrow(/"check"/);
  });
});
