import { describe, expect, it } from "vitest";

import { hasManifest } from "../../../src/core/session/manifests.ts";

describe("hasManifest", () => {
  it.each([
    "package.json",
    "packages/a/package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "Cargo.toml",
    "crates/x/Cargo.lock",
    "go.sum",
    "requirements-dev.txt",
    "pyproject.toml",
    "Gemfile",
    "App/App.csproj",
    "Package.resolved",
  ])("knows %s, in whatever folder [N28]", (path) => {
    expect(hasManifest(["README.md", path])).toBe(true);
  });

  it.each(["src/package.json.ts", "docs/requirements.md", "Cargo.toml.orig", "src/go.mod/x.ts"])(
    "does not take %s for one",
    (path) => {
      expect(hasManifest([path])).toBe(false);
    },
  );

  it("finds none in work that changed nothing", () => {
    expect(hasManifest([])).toBe(false);
  });
});
