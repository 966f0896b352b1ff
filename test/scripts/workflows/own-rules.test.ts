import { describe, expect, it } from "vitest";

import { checkWorkflow } from "../../../scripts/workflows/own-rules.ts";
import { parseYamlFile } from "../../../scripts/workflows/yaml-file.ts";

const SHA = "9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0";

/** What the rules find in a workflow with one job `work` that is sound but for `job`, as `line: message`. */
function findingsOf(options: { job?: string; top?: string; timeout?: string }): readonly string[] {
  const { job = "", top = "permissions: { contents: read }", timeout = "5" } = options;
  const body = job.replaceAll(/^/gm, "    ");
  const text = `on: push\n${top}\njobs:\n  work:\n    timeout-minutes: ${timeout}\n${body}\n`;
  return findingsIn(text);
}

function findingsIn(text: string): readonly string[] {
  return checkWorkflow(parseYamlFile("w.yml", text)).map(
    ({ line, message }) => `${line}: ${message}`,
  );
}

describe("checkWorkflow", () => {
  it("finds nothing in a sound workflow", () => {
    const findings = findingsOf({
      job: `if: needs.plan.outputs.count != '0'
strategy:
  matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}
concurrency:
  group: water-spider-slot-\${{ matrix.slot }}
  queue: max
steps:
  - uses: actions/checkout@${SHA} # v7.0.0
  - uses: $/actions/collect
  - run: echo "$TITLE on \${{ github.event_name }}"
    env:
      TITLE: \${{ github.event.issue.title }}`,
    });

    expect(findings).toEqual([]);
  });

  it("reports a file that is not YAML with its line", () => {
    const findings = findingsIn("on: push\njobs: [\n");

    expect(findings).toEqual([expect.stringMatching(/^[23]: /)]);
  });

  it("asks every job that has steps for a time limit", () => {
    const findings = findingsIn(
      "on: push\npermissions: { contents: read }\njobs:\n  a:\n    steps: []\n  b:\n    uses: $/.github/workflows/session.yml\n",
    );

    expect(findings).toEqual(["4: Job 'a' needs timeout-minutes."]);
  });

  it.each(["permissions: {}", "name: none"])(
    "asks every job for permissions when the workflow says '%s'",
    (top) => {
      const findings = findingsOf({ top });

      expect(findings).toEqual(["4: Job 'work' needs permissions (the workflow grants none)."]);
    },
  );

  it("accepts a job that states an empty permission set", () => {
    const findings = findingsOf({ top: "permissions: {}", job: "permissions: {}" });

    expect(findings).toEqual([]);
  });

  it("asks a computed matrix for a guard on its count", () => {
    const findings = findingsOf({
      job: "if: success()\nstrategy:\n  matrix:\n    issue: ${{ fromJSON(needs.plan.outputs.issues) }}",
    });

    expect(findings).toEqual([expect.stringMatching(/^9: The matrix of job 'work' may be empty/)]);
  });

  it("lets a matrix of literals pass without a guard", () => {
    const findings = findingsOf({ job: "strategy:\n  matrix:\n    node: [20, 24]" });

    expect(findings).toEqual([]);
  });

  it.each([
    "github.event.issue.title",
    "format('{0}', github.event.comment.body)",
    "github.head_ref",
    "github['event'].issue.title",
    "toJSON(github)",
  ])("refuses event text in a script: %s [F29]", (expression) => {
    const findings = findingsOf({ job: `steps:\n  - run: |\n      echo \${{ ${expression} }}` });

    expect(findings).toEqual([expect.stringMatching(/^7: Text of the event must reach a script/)]);
  });

  it("lets harmless fields of the github context into a script", () => {
    const findings = findingsOf({
      job: "steps:\n  - run: echo ${{ github.event_name }} ${{ github.sha }} github.event.issue.title",
    });

    expect(findings).toEqual([]);
  });

  it("refuses event text in a script that an action runs [F29]", () => {
    const findings = findingsOf({
      job: `steps:\n  - uses: actions/github-script@${SHA} # v8\n    with:\n      script: log(\${{ github.event.issue.title }})`,
    });

    expect(findings).toEqual([expect.stringMatching(/^9: Text of the event/)]);
  });

  it("refuses a concurrency group that contains the workflow's name [F49]", () => {
    const findings = findingsOf({ job: "concurrency: plan-${{ github.workflow }}" });

    expect(findings).toEqual([expect.stringMatching(/^6: .*must not contain the workflow's name/)]);
  });

  it("refuses a concurrency group without a literal name, on top as well [F49]", () => {
    const findings = findingsOf({
      top: "permissions: { contents: read }\nconcurrency:\n  group: ${{ inputs.slot }}",
    });

    expect(findings).toEqual(["4: A concurrency group begins with a literal name."]);
  });

  it("refuses a queue whose running job may be cancelled", () => {
    const findings = findingsOf({
      job: "concurrency: { group: commands, queue: max, cancel-in-progress: true }",
    });

    expect(findings).toEqual(["6: queue: max and cancel-in-progress exclude each other."]);
  });

  it.each([
    "actions/checkout@v7",
    `actions/checkout@${SHA}`,
    "actions/checkout@9c091bb # v7.0.0",
    "docker://alpine:3",
  ])("refuses a third-party reference that is not pinned with its version: %s", (uses) => {
    const findings = findingsOf({ job: `steps:\n  - uses: ${uses}` });

    expect(findings).toEqual([expect.stringMatching(/^7: .*must be pinned/)]);
  });

  it("wants workflows of others pinned too, and lets ours use a tag", () => {
    const theirs = findingsOf({ job: "uses: someone/else/.github/workflows/x.yml@v1" });
    const ours = findingsOf({ job: "uses: OWNER/water-spider/.github/workflows/x.yml@v1" });

    expect(theirs).toHaveLength(1);
    expect(ours).toEqual([]);
  });

  it.each(["on: pull_request_target", "on: [push, workflow_run]", "on:\n  workflow_run: {}"])(
    "refuses triggers that run with a writable token on what outsiders wrote: %s",
    (on) => {
      const findings = findingsIn(`${on}\njobs: {}\n`);

      expect(findings).toEqual([expect.stringMatching(/The trigger \w+ is not used/)]);
    },
  );
});
