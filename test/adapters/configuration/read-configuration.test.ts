import { describe, expect, it } from "vitest";

import { readConfiguration } from "../../../src/adapters/configuration/read-configuration.ts";
import { ConfigurationError } from "../../../src/core/failure.ts";

const FILE = ".github/water-spider.yml";

function read(text: string) {
  return readConfiguration(text, FILE);
}

function errorOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.message;
    }
    throw error;
  }
  throw new Error("The configuration was taken.");
}

describe("readConfiguration", () => {
  it.each([undefined, "", "\n# nothing\n", "---\n"])("has every default for %j", (text) => {
    expect(readConfiguration(text, FILE)).toEqual({
      triggerLabel: "trigger:agent-execute",
      refPrefix: "refs/water-spider/",
      branchPrefix: "feature/issue-",
      allowPublic: false,
      escalateTo: [],
      maxParallel: 5,
      maxOpenPullRequests: 10,
      startsPerActor: 20,
      avoidOverlap: true,
      unblockOn: "merged",
      machines: [
        { name: "mac-1", labels: ["self-hosted", "macOS", "ARM64", "mac-1"], slots: 3 },
        { name: "mac-2", labels: ["self-hosted", "macOS", "ARM64", "mac-2"], slots: 2 },
      ],
      trust: { bots: [] },
      priority: { mode: "strict", weights: [100, 75, 50, 25], ageingDays: 7, ageingClasses: 1 },
      estimateDefaultMinutes: 30,
      dependencySources: ["labels", "body", "native", "sub-issues"],
      workspace: { sparse: [], submodules: false, recycle: true, minFreeDiskBytes: undefined },
      prepare: { commands: [], limitMinutes: 10 },
      checks: { build: undefined, test: undefined, lint: undefined },
      session: {
        model: undefined,
        softMinutes: 30,
        hardMinutes: 120,
        stallMinutes: 10,
        maxTurns: 200,
        maxBudgetUsd: 5,
        checkMinutes: 10,
        sandbox: { mode: "auto", readable: [], hosts: [] },
      },
      retry: {
        max: 3,
        delaysMinutes: [5, 10, 20],
        capMinutes: 60,
        jitterShare: 0.1,
      },
      quality: { pullRequest: 80, human: 60 },
      history: { queueDays: 7, sessionDays: 30, metricDays: 90 },
      api: { floor: 150 },
    });
  });

  it("takes what the file says and leaves the rest", () => {
    const configuration = read(
      [
        "max-parallel: 2",
        "machines:",
        "  - name: studio",
        "    labels: [self-hosted, studio]",
        "    slots: 2",
        "prepare: { commands: [npm ci] }",
        "checks:",
        "  test: npm test",
        "  limit: 90s",
        "session: { hard: 1h }",
        "budget: { session: 2.5 }",
        "retry: { delays: [1m, 2h] }",
      ].join("\n"),
    );

    expect(configuration).toMatchObject({
      maxParallel: 2,
      machines: [{ name: "studio", slots: 2 }],
      prepare: { commands: ["npm ci"], limitMinutes: 10 },
      checks: { build: undefined, test: "npm test" },
      session: { hardMinutes: 60, checkMinutes: 1.5, maxBudgetUsd: 2.5, stallMinutes: 10 },
      retry: { max: 3, delaysMinutes: [1, 120] },
    });
  });

  it("reads amounts of disk space and directories of the repository", () => {
    const { workspace } = read(
      "workspace: { sparse: [packages/shop, docs], submodules: true, recycle: false, min-free-disk: 20g }",
    );

    expect(workspace).toEqual({
      sparse: ["packages/shop", "docs"],
      submodules: true,
      recycle: false,
      minFreeDiskBytes: 20_000_000_000,
    });
    expect(read("workspace: { min-free-disk: 500m }").workspace.minFreeDiskBytes).toBe(500_000_000);
  });

  it.each(["/packages", "packages/", "../x", "a/../b", "a//b", "-a", ".", "a/./b"])(
    "does not take %j for a directory of the repository",
    (directory) => {
      expect(() => read(`workspace: { sparse: [${JSON.stringify(directory)}] }`)).toThrow(
        /'workspace.sparse.0' must be a directory such as packages\/shop/,
      );
    },
  );

  it("reads what the sandbox is, what it shows all the same and which hosts it leaves open [F72]", () => {
    const { session } = read(
      "session: { sandbox: required, sandbox-read: [~/.rustup, /opt/some tools], sandbox-hosts: [packages.example.org, '*.example.org'] }",
    );

    expect(session.sandbox).toEqual({
      mode: "required",
      readable: ["~/.rustup", "/opt/some tools"],
      hosts: ["packages.example.org", "*.example.org"],
    });
  });

  it.each(["~", "/", "tools", "~tools", "~/a/../b", "/opt/", "/opt//a", "~/.", ""])(
    "does not take %j for a path that the sandbox may show",
    (path) => {
      expect(() => read(`session: { sandbox-read: [${JSON.stringify(path)}] }`)).toThrow(
        /'session.sandbox-read.0' must be a path such as ~\/.rustup or \/opt\/tools/,
      );
    },
  );

  it.each(
    [
      [
        "*",
        "*.com",
        "a.*.org",
        "*example.org",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "example.org:443",
      ],
      ["https://example.org", "example.org/x", "example..org", ".example.org", "example.org.", ""],
    ].flat(),
  )("does not take %j for a host that the sandbox may leave open", (host) => {
    expect(() => read(`session: { sandbox-hosts: [${JSON.stringify(host)}] }`)).toThrow(
      /'session.sandbox-hosts.0' must be a host such as packages.example.org, or \*.example.org/,
    );
  });

  it("lets a file name every source of dependencies that there is", () => {
    expect(read("dependencies: { sources: [labels, task-lists] }").dependencySources).toEqual([
      "labels",
      "task-lists",
    ]);
  });

  it.each<readonly [string, string, string]>([
    [
      "a number out of its range",
      "# first\nmax-parallel: 50\n",
      `${FILE}:2: 'max-parallel' must be a whole number from 1 to 20, but is 50.`,
    ],
    [
      "a fraction",
      "max-parallel: 1.5",
      `${FILE}:1: 'max-parallel' must be a whole number from 1 to 20, but is 1.5.`,
    ],
    [
      "a text where a truth value belongs",
      "allow-public: sometimes",
      `${FILE}:1: 'allow-public' must be boolean, but is "sometimes".`,
    ],
    [
      "a word that is not one of the allowed",
      "unblock-on: deployed",
      `${FILE}:1: 'unblock-on' must be "merged" | "pr-created" | "closed", but is "deployed".`,
    ],
    [
      "a sandbox that is neither",
      "session:\n  sandbox: maybe",
      `${FILE}:2: 'session.sandbox' must be "auto" | "required" | "off", but is "maybe".`,
    ],
    [
      "a duration without its unit",
      "session:\n  hard: '120'",
      `${FILE}:2: 'session.hard' must be a duration such as 90s, 30m or 2h, but is "120".`,
    ],
    [
      "an empty command",
      "checks:\n  test: ''",
      `${FILE}:2: 'checks.test' must be a command of 1 to 1000 characters, but is "".`,
    ],
    [
      "a label that GitHub would not take",
      `trigger-label: ${"x".repeat(51)}`,
      `${FILE}:1: 'trigger-label' must be a label of 1 to 50 characters, but is "${"x".repeat(51)}".`,
    ],
    [
      "a model that could be an option",
      "session:\n  model: 'a b'",
      `${FILE}:2: 'session.model' must be a model's name, but is "a b".`,
    ],
    [
      "a budget of nothing",
      "budget:\n  session: 0",
      `${FILE}:2: 'budget.session' must be at least 0.01, but is 0.`,
    ],
    [
      "no delay at all",
      "retry:\n  delays: []",
      `${FILE}:2: 'retry.delays' must be at least one duration, but is an empty list.`,
    ],
    [
      "a machine without slots",
      "machines:\n  - name: a\n    labels: [a]\n",
      `${FILE}:2: 'machines.0' needs the key 'slots'.`,
    ],
    [
      "a slot too many on the second machine",
      "machines:\n  - { name: a, labels: [a], slots: 1 }\n  - name: b\n    labels: [b]\n    slots: 21\n",
      `${FILE}:5: 'machines.1.slots' must be a whole number from 1 to 20, but is 21.`,
    ],
    [
      "two machines of one name",
      "machines:\n  - { name: a, labels: [a], slots: 1 }\n  - { name: a, labels: [b], slots: 1 }\n",
      `${FILE}: two machines are called 'a'. Each machine needs a name of its own.`,
    ],
    [
      "a list",
      "- a\n- b",
      `${FILE}:1: this must be a mapping of settings such as 'max-parallel: 5', but is a list.`,
    ],
    [
      "a text",
      "hello",
      `${FILE}:1: this must be a mapping of settings such as 'max-parallel: 5', but is a string.`,
    ],
  ])("refuses %s with file, line, value and what is allowed", (_what, text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it("names the nearest spelling of a key that does not exist, and all that do", () => {
    expect(errorOf("max-paralel: 5")).toMatch(
      /^\.github\/water-spider\.yml:1: 'max-paralel' is not a setting\. Did you mean 'max-parallel'\? Allowed: trigger-label, /,
    );
  });

  it("names it inside a group and inside a list, too", () => {
    expect(errorOf("quality:\n  pr: 80\n  humans: 60")).toBe(
      `${FILE}:3: 'humans' is not a setting of 'quality'. Did you mean 'human'? Allowed: pr, human.`,
    );
    expect(errorOf("machines:\n  - { name: a, labels: [a], slot: 1 }")).toContain(
      "'slot' is not a setting of 'machines.0'. Did you mean 'slots'? Allowed: name, labels, slots.",
    );
  });

  it("guesses nothing that is far from what was written", () => {
    expect(errorOf("colour: red")).not.toContain("Did you mean");
  });

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "refuses the key %s, which every object has",
    (key) => {
      expect(errorOf(`"${key}": 1`)).toContain(`'${key}' is not a setting`);
    },
  );

  it("names every mistake at once", () => {
    expect(errorOf("max-parallel: 0\nmax-open-prs: 0").split("\n")).toHaveLength(2);
  });

  it("says where YAML is broken", () => {
    expect(errorOf("a: 1\nb: [1,\nc: 2")).toMatch(
      /^\.github\/water-spider\.yml:\d: this is not valid YAML: /,
    );
    expect(errorOf("max-parallel: 1\nmax-parallel: 2")).toMatch(
      /:2: this is not valid YAML: .*unique/,
    );
  });

  it("refuses a file whose aliases multiply into a bomb", () => {
    const levels = Array.from({ length: 30 }, (_, index) =>
      index === 0 ? "a0: &a0 [x]" : `a${index}: &a${index} [${`*a${index - 1},`.repeat(9)}]`,
    );

    expect(errorOf(levels.join("\n"))).toContain("this is not valid YAML");
  });
});
