import { describe, expect, it } from "vitest";

import {
  type ActionSurroundings,
  checkActionFile,
} from "../../../scripts/workflows/action-file-rules.ts";
import { checkReferences, readActionInterface } from "../../../scripts/workflows/action-rules.ts";
import { parseYamlFile } from "../../../scripts/workflows/yaml-file.ts";

const ACTION = parseYamlFile(
  "actions/collect/action.yml",
  `inputs:
  config:
    required: true
    default: .github/water-spider.yml
  issue:
    required: true
outputs:
  plan: {}
runs:
  using: node24
  main: dist/index.js
  post: dist/post/index.js
`,
);

function referenceFindings(steps: string): readonly string[] {
  const actions = new Map([["actions/collect", readActionInterface(ACTION)]]);
  const text = `jobs:\n  work:\n    steps:\n${steps.replaceAll(/^/gm, "      ")}\n`;
  return checkReferences(parseYamlFile("w.yml", text), actions).map(
    ({ line, message }) => `${line}: ${message}`,
  );
}

function actionFindings(around: Partial<ActionSurroundings>): readonly string[] {
  const complete = {
    ownSources: ['core.getInput("config"); readInput(core, "issue");'],
    sharedSources: [],
    builtFiles: new Set(["dist/index.js", "dist/post/index.js"]),
    ...around,
  };
  return checkActionFile(ACTION, complete).map(({ line, message }) => `${line}: ${message}`);
}

describe("checkReferences", () => {
  it.each(["$/actions/collect", "./actions/collect", "OWNER/water-spider/actions/collect@v1"])(
    "accepts declared inputs and outputs of %s",
    (uses) => {
      const findings = referenceFindings(
        `- id: collect\n  uses: ${uses}\n  with: { issue: 1 }\n- run: cat \${{ steps.collect.outputs.plan }}`,
      );

      expect(findings).toEqual([]);
    },
  );

  it("reports an input that is not declared and one that is missing", () => {
    const findings = referenceFindings("- uses: $/actions/collect\n  with:\n    isue: 1");

    expect(findings).toEqual([
      "6: actions/collect has no input 'isue'.",
      "4: actions/collect needs the input 'issue'.",
    ]);
  });

  it("reports an output that is not declared, where it is read", () => {
    const findings = referenceFindings(
      "- id: collect\n  uses: $/actions/collect\n  with: { issue: 1 }\n- name: a\n  if: steps.collect.outputs.plam\n  run: b",
    );

    expect(findings).toEqual(["8: actions/collect has no output 'plam'."]);
  });

  it("leaves the outputs of other steps alone", () => {
    const findings = referenceFindings(
      "- id: collect\n  uses: $/actions/collect\n  with: { issue: 1 }\n- run: cat ${{ steps.other.outputs.path }}",
    );

    expect(findings).toEqual([]);
  });

  it("reports an action that does not exist, except the one that callers may have", () => {
    const findings = referenceFindings(
      "- uses: $/actions/colect\n- uses: ./.github/actions/water-spider-setup\n- uses: actions/checkout@v7",
    );

    expect(findings).toEqual(["4: There is no action in actions/colect."]);
  });
});

describe("checkActionFile", () => {
  it("finds nothing when sources, action.yml and dist agree", () => {
    expect(actionFindings({})).toEqual([]);
  });

  it("reports a declared input that no source reads", () => {
    const findings = actionFindings({ ownSources: ['getInput("config")'] });

    expect(findings).toEqual(["5: No source file reads the input 'issue'."]);
  });

  it("accepts an input that a shared file reads, and ignores what that file reads for others", () => {
    const findings = actionFindings({
      ownSources: ['getBooleanInput("config")'],
      sharedSources: ['requiredInput("issue"); requiredInput("claim");'],
    });

    expect(findings).toEqual([]);
  });

  it("reports an input that the action reads and does not declare", () => {
    const findings = actionFindings({
      ownSources: ['getInput("config"); getInput("issue"); getInput(\n  "slot",\n)'],
    });

    expect(findings).toEqual(["2: The sources read the input 'slot', which is not declared."]);
  });

  it("reports a program that is not in dist, unless dist is not built at all [F81]", () => {
    const stale = actionFindings({ builtFiles: new Set(["dist/index.js"]) });
    const notBuilt = actionFindings({ builtFiles: undefined });

    expect(stale).toEqual(["12: 'dist/post/index.js' does not exist: run npm run build."]);
    expect(notBuilt).toEqual([]);
  });
});
