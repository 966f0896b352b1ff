import { describe, expect, it } from "vitest";

import { withDefaults } from "../../../src/adapters/configuration/defaults.ts";
import {
  judgeAgentVersion,
  judgeMachine,
  listPrograms,
  type MachineFacts,
} from "../../../src/core/session/preflight.ts";
import { A_FIT_MACHINE } from "../../world/pure-fleet.ts";

const PREPARED = withDefaults({ prepare: { commands: ["npm ci"] }, checks: { test: "make test" } });

function judge(facts: Partial<MachineFacts>, slot = "mac-1/1", configuration = PREPARED): string {
  return judgeMachine({ ...A_FIT_MACHINE, ...facts }, configuration, slot)
    .filter(({ level }) => level !== "info")
    .map(({ level, message }) => `${level}: ${message}`)
    .join("\n");
}

describe("judgeMachine", () => {
  it("finds nothing wrong with a machine on which everything is right", () => {
    expect(judge({})).toBe("");
  });

  it.each<readonly [string, Partial<MachineFacts>, RegExp]>([
    [
      "git is missing",
      { git: undefined },
      /^error: git was not found on the PATH \(.+\)\. Install/,
    ],
    [
      "git is too old",
      { git: "git version 2.37.1 (Apple Git-137.1)" },
      /^error: 'git version 2\.37\.1 \(Apple Git-137\.1\)' is too old: git 2\.38\.0 or newer/,
    ],
    ["git says nonsense", { git: "no" }, /^error: 'no' is too old/],
    [
      "the clock is ahead",
      { aheadSeconds: 7_200 },
      /^error: The clock is 120 min ahead of GitHub's/,
    ],
    ["the clock is behind", { aheadSeconds: -301 }, /^error: The clock is 5 min behind GitHub's/],
    [
      "a program of prepare is not on the PATH of a service",
      { missingPrograms: ["npm"], path: "/usr/bin:/bin" },
      /^error: .*'npm', which is not on the PATH of this runner \(\/usr\/bin:\/bin\)\. A runner that runs as a service/,
    ],
  ])("says what is wrong and what to do when %s", (_, facts, message) => {
    expect(judge(facts)).toMatch(message);
  });

  it.each<readonly [string, Partial<MachineFacts>]>([
    ["git 2.38", { git: "git version 2.38.0" }],
    ["git 3", { git: "git version 3.0" }],
    ["a clock that is off by five minutes", { aheadSeconds: -300 }],
    ["a GitHub that tells no time", { aheadSeconds: undefined }],
  ])("accepts %s", (_, facts) => {
    expect(judge(facts)).toBe("");
  });

  it("warns only of a program that prepare may still bring, and refuses it where nothing is prepared", () => {
    const missing = { missingPrograms: ["make"] };

    expect(judge(missing)).toMatch(/^warning: .*'make'/);
    expect(judge(missing, "mac-1/1", withDefaults({ checks: { test: "make test" } }))).toMatch(
      /^error: .*'make'/,
    );
  });

  it("warns of labels that do not fit the runner, and only of those", () => {
    const told = judge({ os: "Linux", arch: "X64" }, "mac-2/1");

    expect(told.split("\n")).toEqual([
      expect.stringMatching(
        /^warning: The machine mac-2 has the label 'macOS', but this is Linux X64/,
      ),
      expect.stringMatching(/^warning: The machine mac-2 has the label 'ARM64'/),
    ]);
    expect(judge({ os: "", arch: "" }, "mac-2/1")).toBe("");
    expect(judge({}, "gone/1")).toMatch(/^warning: The slot gone\/1 belongs to no machine/);
    expect(judge({ environment: "github-hosted" })).toMatch(/^warning: This is a GitHub-hosted/);
  });

  it.each([
    ["auto", "bubblewrap", /^info: Commands of a session run in a sandbox: bubblewrap\.$/],
    ["required", "seatbelt", /^info: Commands of a session run in a sandbox: seatbelt\.$/],
    ["off", "seatbelt", /^info: .* without a sandbox: it is off\.$/],
    ["auto", "none", /^notice: .* without a sandbox.*: No bwrap\. .*apt-get install bubblewrap/],
    [
      "required",
      "none",
      /^error: 'session\.sandbox' is 'required'.*: No bwrap\. .*apt-get install/,
    ],
    ["off", "none", /^info: .* without a sandbox: it is off\.$/],
  ] as const)("tells of a sandbox that is %s: %s [F72]", (mode, kind, message) => {
    const sandbox = kind === "none" ? { kind, problem: "No bwrap." } : { kind };
    const configuration = withDefaults({ session: { sandbox: mode } });

    const told = judgeMachine({ ...A_FIT_MACHINE, sandbox }, configuration, "mac-1/1");

    expect(told.map(({ level, message: text }) => `${level}: ${text}`)).toEqual([
      expect.stringMatching(message),
    ]);
  });
});

describe("listPrograms", () => {
  it.each([
    ["npm ci", "npm"],
    ["CI=1 FOO=a.b cargo test && npm run x", "cargo"],
    ["make", "make"],
    ["  python3.12 -m build", "python3.12"],
  ])("finds the program of %j", (command, program) => {
    expect(listPrograms([command])).toEqual([program]);
  });

  it.each(["./gradlew test", "$TOOL x", '"a b" c', "(cd x; make)", "tools/run", ""])(
    "leaves %j to the shell",
    (command) => {
      expect(listPrograms([command])).toEqual([]);
    },
  );

  it("names each once, and nothing for what is not configured", () => {
    expect(listPrograms(["npm ci", undefined, "npm test"])).toEqual(["npm"]);
  });
});

describe("judgeAgentVersion", () => {
  it.each(["2.1.328", "2.1.329", "2.2.0", "3.0.0"])("accepts %s", (version) => {
    expect(judgeAgentVersion(version)).toBeUndefined();
  });

  it.each(["2.1.327", "2.0.999", "1.9.400", "unknown"])("refuses %s with what to do", (version) => {
    expect(judgeAgentVersion(version)).toMatch(
      new RegExp(`^Claude Code ${version} is too old: 2\\.1\\.328 or newer .*npm install`),
    );
  });
});
