import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatSnapshot, parseSnapshot } from "../../../src/core/backlog/snapshot-text.ts";
import { recallIssue, rememberIssue } from "../../../src/core/backlog/snapshot.ts";
import { anIssue, NOW, WRITER } from "../../arbitraries/plan.ts";
import { anySnapshot, aSnapshot } from "../../arbitraries/snapshots.ts";

/** The text of a snapshot, changed as whoever can write to the cache may change it. */
function forged(change: (json: Record<string, unknown>) => void): string {
  const json: Record<string, unknown> = JSON.parse(
    formatSnapshot(aSnapshot([anIssue({ number: 1 })])) ?? "",
  );
  change(json);
  return JSON.stringify(json);
}

describe("a snapshot's text", () => {
  it("is read back as it was written", () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        expect(parseSnapshot(formatSnapshot(snapshot) ?? "")).toEqual(snapshot);
      }),
    );
  });

  it.each([
    ["another version", (json: Record<string, unknown>) => (json["v"] = 1)],
    ["an unknown key", (json: Record<string, unknown>) => (json["approvals"] = [])],
    ["no time", (json: Record<string, unknown>) => (json["cursor"] = "yesterday")],
    ["an issue twice", doubled],
    ["an approval in an issue", (json: Record<string, unknown>) => extend(json, "trigger")],
    ["a text hash in an issue", (json: Record<string, unknown>) => extend(json, "textHash")],
  ])("is refused with %s [N35, F106]", (_, change) => {
    expect(parseSnapshot(forged(change))).toBeUndefined();
  });

  it("is refused when it is cut off, or no text of a snapshot at all", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseSnapshot(text)).toBeUndefined();
      }),
    );
    const whole = formatSnapshot(aSnapshot([anIssue({ number: 1 })])) ?? "";
    expect(parseSnapshot(whole.slice(0, -10))).toBeUndefined();
  });

  it("holds nobody's word: neither who labelled or wrote it nor the hash of its text [N35]", () => {
    const issue = anIssue({ number: 1, body: "Secret plan", trigger: { by: WRITER, at: NOW } });

    const text = formatSnapshot(aSnapshot([issue])) ?? "";

    expect(text).not.toContain(WRITER.login);
    expect(text).not.toContain(issue.textHash);
    expect(text).not.toContain("Secret plan");
  });

  it("keeps a body that declares a dependency or paths", () => {
    const issue = anIssue({ number: 1, body: "Blocked by #2\nPaths: src/**\n" });

    const recalled = recallIssue(rememberIssue({ issue, updatedAt: NOW }, NOW));

    expect(recalled).toMatchObject({ body: issue.body, labels: issue.labels });
    expect(recalled).toMatchObject({ trigger: undefined, textHash: "", textEditsComplete: false });
  });
});

function doubled(json: Record<string, unknown>): void {
  const { issues } = json;
  json["issues"] = Array.isArray(issues) ? [...issues, ...issues] : [];
}

function extend(json: Record<string, unknown>, key: string): void {
  const { issues } = json;
  json["issues"] = Array.isArray(issues) ? issues.map((issue) => ({ ...issue, [key]: "x" })) : [];
}
