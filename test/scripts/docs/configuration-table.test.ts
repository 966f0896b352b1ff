import * as v from "valibot";
import { describe, expect, it } from "vitest";

import { formatConfigurationTable } from "../../../scripts/docs/configuration-table.ts";
import { withDefaults } from "../../../src/adapters/configuration/defaults.ts";
import { configurationSchema } from "../../../src/adapters/configuration/schema.ts";

describe("formatConfigurationTable", () => {
  const defaults = withDefaults({});

  it("has a row for every setting, with its default, what is allowed and what it means", () => {
    const table = formatConfigurationTable(configurationSchema, defaults);

    expect(table.split("\n")).toEqual(
      expect.arrayContaining([
        "| `max-parallel` | `5` | a whole number from 1 to 20 | Sessions at the same time, over all runs. |",
        "| `allow-public` | `false` | `true`, `false` | Run in a public repository, where strangers write issues. |",
        "| `checks.test` | none | a command of 1 to 1000 characters | Command that runs its tests. |",
        "| `priority.weights` | `100`, `75`, `50`, `25` | list of 4: a whole number from 0 to 1000 | Shown score of P0 to P3. |",
        "| `retry.delays` | `5m`, `10m`, `20m` | list: a duration such as 90s, 30m or 2h | Waits before each of them. |",
      ]),
    );
  });

  it("refuses a setting whose default it does not know", () => {
    const schema = v.strictObject({ speed: v.pipe(v.number(), v.description("How fast.")) });

    expect(() => formatConfigurationTable(schema, defaults)).toThrow(/'speed'/);
  });

  it("refuses a setting without a description", () => {
    const schema = v.strictObject({ "max-parallel": v.number() });

    expect(() => formatConfigurationTable(schema, defaults)).toThrow(/'max-parallel'/);
  });
});
