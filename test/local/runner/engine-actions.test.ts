import { describe, expect, it } from "vitest";

import { runSteps } from "./run-steps.ts";

const LIFECYCLE = `
inputs: { name: {} }
runs:
  using: node24
  pre: pre.mjs
  main: main.mjs
  post: post.mjs
`;

function lifecycleFile(phase: string): string {
  return `
import { appendFileSync } from "node:fs";
const name = process.env.INPUT_NAME;
console.log("=" + "${phase} " + name + " " + (process.env.STATE_kept ?? "-"));
appendFileSync(process.env.GITHUB_STATE, "kept=${phase}-" + name + "\\n");
if ("${phase}" === "main" && name === "bad") process.exit(1);
`;
}

const LIFECYCLE_FILES = {
  "act/action.yml": LIFECYCLE,
  "act/pre.mjs": lifecycleFile("pre"),
  "act/main.mjs": lifecycleFile("main"),
  "act/post.mjs": lifecycleFile("post"),
};

describe("actions", () => {
  it("runs pre first, posts last in reverse order, each with its own state, also after a failure", async () => {
    const opened = await runSteps(
      `
      - uses: $/act
        with: { name: a }
      - uses: $/act
        with: { name: bad }
      - uses: $/act
        with: { name: never }
`,
      { files: LIFECYCLE_FILES },
    );

    expect(opened.said()).toEqual([
      "=pre a -",
      "=pre bad -",
      "=pre never -",
      "=main a pre-a",
      "=main bad pre-bad",
      "=post never pre-never",
      "=post bad main-bad",
      "=post a main-a",
    ]);
    expect(opened.job("one")?.conclusion).toBe("failure");
  });

  it("fills in defaults, warns about unknown inputs and does not enforce required ones", async () => {
    const opened = await runSteps(
      `
      - uses: $/act
        with: { Given Name: x, other: y }
`,
      {
        files: {
          "act/action.yml": `
inputs:
  given name: {}
  with-default: { default: "\${{ github.repository }}" }
  needed: { required: true }
runs: { using: node20, main: main.mjs }
`,
          "act/main.mjs": `
const { INPUT_GIVEN_NAME: given, INPUT_OTHER: other, INPUT_NEEDED: needed } = process.env;
console.log("=" + [given, process.env["INPUT_WITH-DEFAULT"], other, "[" + needed + "]"].join(" "));
`,
        },
      },
    );

    expect(opened.said()).toEqual(["=x ann/app y []"]);
    expect(opened.messages()).toEqual([
      "Unexpected input(s) 'other', valid inputs are ['given name', 'with-default', 'needed']",
    ]);
  });

  it("runs composite actions with their own steps, inputs, status and path, without secrets", async () => {
    const opened = await runSteps(
      `
      - run: exit 1
        continue-on-error: true
      - id: made
        uses: $/outer
        with: { word: hello }
        env: { FROM: step }
      - run: echo "=\${{ steps.made.outputs.said }}"
      - uses: $/failing
      - run: echo "=after"
        if: failure()
`,
      {
        files: {
          ...LIFECYCLE_FILES,
          "act/action.yml": LIFECYCLE.replace("  pre: pre.mjs\n", ""),
          "outer/action.yml": `
inputs: { word: {} }
outputs: { said: { value: "\${{ steps.say.outputs.text }} world" } }
runs:
  using: composite
  steps:
    - id: say
      run: |
        echo "text=\${{ inputs.word }}" >> "$GITHUB_OUTPUT"
        echo "=$FROM $(basename "$GITHUB_ACTION_PATH")"
      shell: bash
    - uses: $/act
      with: { name: nested }
`,
          "failing/action.yml": `
runs:
  using: composite
  steps:
    - run: exit 2
      shell: bash
    - run: echo "=not me"
      shell: bash
    - run: echo "=inside"
      if: failure()
      shell: bash
`,
        },
      },
    );

    expect(opened.said()).toEqual([
      "=step outer",
      "=main nested -",
      "=hello world",
      "=inside",
      "=after",
      "=post nested main-nested",
    ]);
  });

  it("checks the repository out, with a token that git can use later", async () => {
    const opened = await runSteps(`
      - uses: actions/checkout@v4
      - run: |
          echo "=$(git rev-parse HEAD) $(git branch --show-current)"
          git config --get-regexp extraheader > /dev/null && echo "=credentials"
          git fetch --quiet origin main && echo "=fetched"
      - run: echo "=\${{ hashFiles('.github/**/*.yml') != '' }} \${{ hashFiles('none') == '' }}"
`);

    expect(opened.said()).toEqual([
      `=${opened.sha} main`,
      "=credentials",
      "=fetched",
      "=true true",
    ]);
  });

  it("refuses a second artifact of one name", async () => {
    const opened = await runSteps(`
      - run: echo x > a.txt
      - uses: actions/upload-artifact@v4
        with: { name: same, path: a.txt }
      - uses: actions/upload-artifact@v4
        with: { name: same, path: a.txt }
`);

    expect(opened.messages().join()).toContain("(409) Conflict");
  });
});
