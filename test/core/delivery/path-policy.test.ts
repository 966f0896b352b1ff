import { describe, expect, it } from "vitest";

import { type BundledFile, refuseFiles } from "../../../src/core/delivery/path-policy.ts";

function aFile(path: string, fields: Partial<BundledFile> = {}): BundledFile {
  return { path, change: "modified", mode: "100644", oldMode: "100644", bytes: 10, ...fields };
}

describe("refuseFiles", () => {
  it.each([
    ".github/workflows/ci.yml",
    ".github/Workflows/ci.yml",
    ".GITHUB/WORKFLOWS/CI.YML",
    ".github/actions/setup/action.yml",
    ".github/water-spider.yml",
    ".claude/settings.json",
    "packages/a/.claude/settings.json",
    ".Claude",
    ".mcp.json",
    "packages/a/.MCP.json",
    ".githooks/pre-commit",
    ".husky/pre-push",
    "packages/a/.husky/pre-push",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".github/codeowners",
    ".gitmodules",
    "sub/.git/config",
    "sub/.git",
    "sub/.GIT/hooks/pre-commit",
  ])("refuses %s before anything is pushed [F84, N20]", (path) => {
    expect(refuseFiles([aFile(path)])).toEqual([expect.stringContaining(`\`${path}\``)]);
  });

  it.each(["added", "modified", "deleted"] as const)("refuses a workflow that was %s", (change) => {
    const [refusal] = refuseFiles([aFile(".github/workflows/ci.yml", { change, mode: "000000" })]);

    expect(refusal).toContain("is a workflow");
  });

  it.each([
    "src/index.ts",
    ".github/ISSUE_TEMPLATE/bug.md",
    "docs/.claude.md",
    "src/codeowners.ts",
    "claude/settings.json",
    "workflows/ci.yml",
    ".gitignore",
    ".gitattributes",
    "a..b/c",
    "src/.gitkeep",
    "日本/ä.ts",
  ])("lets %s pass", (path) => {
    expect(refuseFiles([aFile(path)])).toEqual([]);
  });

  it.each(["../outside", "a/../../b", "/etc/passwd", "a/.."])(
    "refuses %s, which leads out of the repository",
    (path) => {
      expect(refuseFiles([aFile(path)])).toEqual([expect.stringContaining("outside")]);
    },
  );

  it.each([
    ["a submodule", "160000"],
    ["a symbolic link", "120000"],
    ["a directory", "040000"],
    ["a mode that nobody knows", "100600"],
  ])("refuses %s [N18]", (_what, mode) => {
    expect(refuseFiles([aFile("a", { mode, change: "added", oldMode: "000000" })])).toEqual([
      `\`a\` has the mode ${mode}; only regular files are delivered.`,
    ]);
  });

  it("refuses a file that becomes executable, or stops being it [N18]", () => {
    expect(refuseFiles([aFile("run.sh", { mode: "100755" })])).toHaveLength(1);
    expect(refuseFiles([aFile("run.sh", { oldMode: "100755" })])).toHaveLength(1);
  });

  it("refuses a link that becomes a file", () => {
    expect(refuseFiles([aFile("link", { oldMode: "120000" })])).toHaveLength(1);
  });

  it("takes a new executable file and a deleted link", () => {
    const files = [
      aFile("run.sh", { change: "added", mode: "100755", oldMode: "000000" }),
      aFile("link", { change: "deleted", mode: "000000", oldMode: "120000" }),
    ];

    expect(refuseFiles(files)).toEqual([]);
  });

  it("takes 100 files and not 101 [N18]", () => {
    const files = Array.from({ length: 101 }, (_, index) => aFile(`src/${index}.ts`));

    expect(refuseFiles(files.slice(1))).toEqual([]);
    expect(refuseFiles(files)).toEqual([expect.stringContaining("101 files")]);
  });

  it("takes 4 MiB and not a byte more, over all files together [N18]", () => {
    const half = 2 * 1024 * 1024;
    const fits = [aFile("a", { bytes: half }), aFile("b", { bytes: half })];

    expect(refuseFiles(fits)).toEqual([]);
    expect(refuseFiles([...fits, aFile("c", { bytes: 1 })])).toEqual([
      expect.stringContaining("4194305 bytes"),
    ]);
  });

  it("says every reason, so that a person sees all of them at once", () => {
    const refusals = refuseFiles([aFile("CODEOWNERS"), aFile("../x"), aFile("ok")]);

    expect(refusals).toHaveLength(2);
  });

  it("quotes a path that somebody chose to act in our texts", () => {
    const [refusal] = refuseFiles([aFile("../@octocat\n`x` <!-- -->")]);

    expect(refusal?.match(/`/g)).toHaveLength(2);
    expect(refusal).not.toContain("\n");
  });
});
