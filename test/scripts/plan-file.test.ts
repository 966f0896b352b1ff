import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { withDefaults } from "../../src/adapters/configuration/defaults.ts";
import { findJsonError } from "../../src/adapters/plan-file/find-json-error.ts";
import { parseIssueFile } from "../../src/adapters/plan-file/issue-file.ts";
import { type CommandOutcome, runPlanCommand } from "../../src/adapters/plan-file/plan-command.ts";
import { planIssueFile } from "../../src/adapters/plan-file/plan-issues.ts";
import { toPlanJson } from "../../src/core/text/plan-json.ts";
import { formatPlanText } from "../../src/core/text/plan-text.ts";
import { temporaryDirectory } from "../adapters/temporary-directory.ts";
import { NOW, TRIGGER } from "../arbitraries/plan.ts";
import { hostileTexts } from "../arbitraries/session.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const CONFIGURATION = withDefaults({});

const inFixtures = (...argv: readonly string[]): CommandOutcome =>
  runPlanCommand(argv, { folder: FIXTURES, now: NOW });

/** Runs the command on a list that is written to `list.json`. */
const planList = async (text: string, ...argv: readonly string[]): Promise<CommandOutcome> => {
  const folder = await temporaryDirectory();
  writeFileSync(join(folder, "list.json"), text);
  return runPlanCommand(["--plan", "list.json", ...argv], { folder, now: NOW });
};

const planned = (list: unknown): ReturnType<typeof toPlanJson> => {
  const file = parseIssueFile(JSON.stringify(list), "list.json");
  return toPlanJson(planIssueFile(file, CONFIGURATION, NOW).plan, file.malformed);
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("npm start -- --plan", () => {
  it("explains the sample backlog as text", async () => {
    const { exitCode, stdout, stderr } = inFixtures("--plan", "backlog.json");

    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      "backlog.json does not hold #99999, which other issues wait for. If they are closed, make the list with 'gh issue list --state all --limit 10000'.\n",
    );
    await expect(stdout).toMatchFileSnapshot("../fixtures/backlog.plan.txt");
  });

  it("explains it as JSON with the same keys, whatever the backlog", async () => {
    const { exitCode, stdout } = inFixtures("--plan", "backlog.json", "--json");
    const keys = [
      "order",
      "ready",
      "blocked",
      "cycles",
      "levels",
      "criticalPath",
      "effectivePriority",
      "reasons",
      "malformed",
    ];

    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("../fixtures/backlog.plan.json.txt");
    expect(Object.keys(JSON.parse(stdout))).toEqual(keys);
    expect(Object.keys(planned([]))).toEqual(keys);
  });

  it("uses the settings of a configuration", async () => {
    const folder = await temporaryDirectory();
    const list = readFileSync(join(FIXTURES, "backlog.json"), "utf8");
    writeFileSync(join(folder, "list.json"), list);
    writeFileSync(join(folder, "spider.yml"), "estimate:\n  default: 3h\n");
    const argv = ["--plan=list.json", "--config=spider.yml"];

    const { stdout } = runPlanCommand(argv, { folder, now: NOW });

    expect(stdout).toContain("3h (default)");
  });

  it("plans all open issues, and says so, when none carries the trigger label", async () => {
    const list = [{ number: 1 }, { number: 2, blockedBy: [1] }, { number: 3, state: "CLOSED" }];

    const { stdout, stderr } = await planList(JSON.stringify(list), "--json");

    expect(JSON.parse(stdout)).toMatchObject({ order: [1, 2], ready: [1], levels: [[1], [2]] });
    expect(stderr).toBe(
      "No open issue carries 'trigger:agent-execute', so all 2 open issues are planned.\n",
    );
  });

  it("does not wait for closed issues of the list", () => {
    const list = [
      { number: 1, state: "CLOSED" },
      { number: 2, blockedBy: [1] },
      { number: 3, body: "Blocked by #1" },
    ];

    expect(planned(list).ready).toEqual([2, 3]);
  });

  it("reads what PowerShell writes", async () => {
    const folder = await temporaryDirectory();
    writeFileSync(join(folder, "list.json"), '\uFEFF[{"number": 1}]', "utf16le");

    const { exitCode, stdout } = runPlanCommand(["--plan", "list.json"], { folder, now: NOW });

    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain("#1");
  });

  it("says how it is used", () => {
    expect(inFixtures("--plan", "--help")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Usage: npm start -- --plan FILE.json"),
    });
  });

  it.each([
    [["--plan"], "'--plan' needs the path of a file, for example --plan backlog.json.\n"],
    [["--plan", "--json"], "'--plan' needs the path of a file"],
    [["--plan="], "'--plan' needs the path of a file"],
    [["--plan", "backlog.json", "--config"], "'--config' needs the path of a file"],
    [["--plan", "absent.json"], "'--plan' names 'absent.json', which cannot be read (ENOENT)."],
    [["--plan", "."], "which cannot be read (EISDIR)"],
    [["--plan", "backlog.json", "--config", "absent.yml"], "'--config' names 'absent.yml'"],
    [["--plan", "backlog.json", "--jsno"], "Did you mean '--json'?"],
    [["--plan", "backlog.json", "--keep"], "'--keep' does not go with '--plan'."],
    [["--plan", "backlog.json", "surplus"], "surplus"],
    [["--plan", "backlog.json", "--config", "backlog.json"], "backlog.json:1: this must be"],
  ])("refuses %j in one sentence", (argv, message) => {
    const { exitCode, stdout, stderr } = inFixtures(...argv);

    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it.each([
    ["", "list.json:1: this must be a list of issues"],
    [
      "{}",
      "list.json:1: this must be a list of issues, as gh issue list --json prints it, but is an object.",
    ],
    ['"text\u202E"', String.raw`but is "text "`],
    ["null", "but is null."],
    [
      '[\n{"number": 1},\n]',
      'list.json:3:1: this is not valid JSON: expected a value, but found "]".',
    ],
    [
      '[{"number": 1}\n{"number": 2}]',
      "list.json:2:1: this is not valid JSON: expected ',' or the end",
    ],
    [
      '[{"number": 1}',
      "list.json:1:15: this is not valid JSON: expected ',' or the end of the list or object, but the file ends.",
    ],
    [
      "[{'number': 1}]",
      "list.json:1:3: this is not valid JSON: expected a name in double quotes or '}'",
    ],
    ["[] []", 'expected the end of the file, but found "["'],
  ])("refuses the file %j with its line and what is allowed", async (text, message) => {
    const { exitCode, stdout, stderr } = await planList(text);

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it.each([
    [7, "item 2 must be an issue such as"],
    [[], "but is an empty list"],
    [{}, "item 2 has no 'number'"],
    [{ number: -3 }, "'number' of item 2 must be a whole number from 1 to 999999999, but is -3"],
    [{ number: 1e300 }, "'number' of item 2 must be a whole number"],
    [{ number: 1.5 }, "'number' of item 2 must be a whole number"],
    [{ number: "2" }, `but is "2"`],
    [{ number: 1 }, "item 2 is #1 again, which item 1 is already"],
    [{ number: 2, title: 5 }, "'title' of item 2 must be a text, but is 5"],
    [{ number: 2, labels: "P1" }, `'labels' of item 2 must be a list of labels, but is "P1"`],
    [{ number: 2, labels: [{ id: 1 }] }, "'labels[0]' of item 2 must be a label's name"],
    [{ number: 2, state: "MERGED" }, `'state' of item 2 must be OPEN or CLOSED, but is "MERGED"`],
    [{ number: 2, createdAt: "yesterday" }, "'createdAt' of item 2 must be a time in UTC such as"],
    [{ number: 2, blockedBy: [1, 0] }, "'blockedBy[1]' of item 2 must be a whole number"],
    [{ number: 2, blockedBy: 1 }, "'blockedBy' of item 2 must be a list of issue numbers"],
    [{ number: 2, author: "me" }, "'author' of item 2 must be an author or null"],
    [{ number: 2, milestone: 3 }, "'milestone' of item 2 must be a milestone or null"],
  ])("names the item %j and plans the others", async (entry, problem) => {
    const text = JSON.stringify([{ number: 1 }, entry, { number: 3 }]);

    const { exitCode, stdout, stderr } = await planList(text);

    expect(exitCode).toBe(0);
    expect(stderr).toContain(`list.json: `);
    expect(stderr).toContain(problem);
    expect(stdout).toContain("3 issues, 2 ready, 0 blocked, 1 not readable");
    expect(stdout).toContain(`It cannot be read: `);
    expect(planned(JSON.parse(text))).toMatchObject({
      ready: [1, 3],
      malformed: [{ item: 2, problem: expect.stringContaining(problem) }],
    });
  });

  it("holds what waits for an issue that cannot be read", () => {
    const { ready, blocked } = planned([
      { number: 1, title: 5 },
      { number: 2, blockedBy: [1] },
    ]);

    expect(ready).toEqual([]);
    expect(blocked).toMatchObject([
      { number: 2, type: "bad-reference" },
      { number: 1, type: "unreadable-issue" },
    ]);
  });

  it("plans 5,000 issues in one go, with chains, cycles and thousands of labels", () => {
    const list = Array.from({ length: 5_000 }, (_, index) => ({
      number: index + 1,
      labels: [TRIGGER, ...(index === 7 ? Array.from({ length: 5_000 }, (__, n) => `l${n}`) : [])],
      blockedBy: index < 3_000 ? [index].filter((blocker) => blocker > 0) : [],
      body: index >= 4_000 ? `Blocked by #${index === 4_999 ? 4_001 : index + 2}` : "",
    }));

    const { order, ready, blocked, cycles, levels, reasons } = planned(list);

    expect({ order: order.length, ready: ready.length, blocked: blocked.length }).toEqual({
      order: 4_000,
      ready: 1_001,
      blocked: 3_999,
    });
    expect(cycles).toEqual([Array.from({ length: 1_000 }, (_, index) => 4_001 + index)]);
    expect(levels).toHaveLength(3_000);
    expect(Object.keys(reasons)).toHaveLength(5_000);
  });

  it("prints nothing that moves the cursor or turns the direction of the text", () => {
    fc.assert(
      fc.property(hostileTexts, hostileTexts, hostileTexts, (title, label, body) => {
        const list = [
          { number: 1, title, body, labels: [label, `estimated:${label}`, `blocked-by:#${label}`] },
          { number: 2, title, state: body },
        ];
        const file = parseIssueFile(JSON.stringify(list), "list.json");
        const { plan, titles } = planIssueFile(file, CONFIGURATION, NOW);

        const text = formatPlanText(plan, { titles, malformed: file.malformed });
        const json = JSON.stringify(toPlanJson(plan, file.malformed));

        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{C}\u2028\u2029]/u);
        expect(json).not.toMatch(/(?!\u200B)[\p{C}\u2028\u2029]/u);
        expect(text.split("\n").filter((line) => line.startsWith("#"))).toHaveLength(2);
      }),
      { numRuns: 300 },
    );
  });
});

describe("findJsonError", () => {
  it("finds an error in exactly the texts that JSON.parse refuses", () => {
    const pieces = fc.constantFrom(
      ...'[]{}:,"\\ \n0-1.eEaé\t'.split(""),
      "true",
      "null",
      '"a"',
      "1.5e3",
      "\\u00e9",
      "\u2028",
      "\u0001",
    );
    const anyJson = fc
      .json()
      .chain((text) =>
        fc
          .tuple(fc.nat(text.length), fc.nat(2), fc.oneof(fc.constant(""), pieces))
          .map(([at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed)),
      );
    fc.assert(
      fc.property(
        fc.oneof(
          anyJson,
          fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
        ),
        (text) => {
          expect(findJsonError(text) === undefined).toBe(isJson(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
