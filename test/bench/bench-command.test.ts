import { describe, expect, it } from "vitest";

import { formatBenchList, parseBenchCommand } from "../../bench/bench-command.ts";
import type { Bench } from "../../bench/bench-options.ts";

const aBench = (name: string): Bench => ({
  name,
  summary: `measures the ${name}`,
  run: () => Promise.resolve({ lines: [], data: {} }),
});

const PLANNER = aBench("planner");
const BENCHES = [PLANNER, aBench("schedule")];

describe("parseBenchCommand", () => {
  it("lists the benches when none is named", () => {
    expect(parseBenchCommand([], BENCHES)).toEqual({ type: "list" });
    expect(formatBenchList(BENCHES)).toContain("planner   measures the planner");
  });

  it("takes the options before and after the name", () => {
    const expected = { type: "run", bench: PLANNER, isJson: true, isQuick: true };

    expect(parseBenchCommand(["--json", "planner", "--quick"], BENCHES)).toEqual(expected);
    expect(parseBenchCommand(["planner"], BENCHES)).toMatchObject({
      isJson: false,
      isQuick: false,
    });
  });

  it.each([
    [["plan"], "There is no bench plan; did you mean planner?"],
    [["Shedule"], "There is no bench Shedule; did you mean schedule?"],
    [["planner", "--jsn"], "There is no option --jsn; did you mean --json?"],
    [["planner", "schedule"], "One bench at a time, please: planner or schedule."],
  ])("refuses %j and names the nearest", (args, message) => {
    expect(parseBenchCommand(args, BENCHES)).toEqual({ type: "refused", message });
  });
});
