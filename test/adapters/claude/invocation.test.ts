import { describe, expect, it } from "vitest";

import {
  agentSettings,
  agentEnvironment,
  listArguments,
  passEnvironment,
} from "../../../src/adapters/claude/invocation.ts";
import { anAgentRequest, placesIn } from "./an-agent-request.ts";

const PLACES = placesIn("/s");

const REQUEST = anAgentRequest({ allowedTools: ["Bash(npm test)", "Bash(git status)"] });

const CONVERSATION = { id: "id-1", isNew: true };

const OUTER = {
  PATH: "/usr/bin",
  LANG: "",
  RUNNER_TRACKING_ID: "github_1",
  ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
  GITHUB_TOKEN: "ghs_secret",
  GH_TOKEN: "ghp_secret",
  ACTIONS_RUNTIME_TOKEN: "eyJ",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "eyJ",
  "INPUT_GITHUB-TOKEN": "ghs_secret",
  GITHUB_ENV: "/runner/env",
  GITHUB_OUTPUT: "/runner/output",
  NODE_OPTIONS: "--require /evil.js",
  SSH_AUTH_SOCK: "/ssh",
  GIT_SSH_COMMAND: "evil",
  CLAUDECODE: "1",
  CLAUDE_CODE_OAUTH_TOKEN: "sk-secret",
  ANTHROPIC_API_KEY: "sk-secret",
  AWS_SECRET_ACCESS_KEY: "secret",
};

describe("listArguments", () => {
  it("starts a headless session that loads nothing of the repository [F71]", () => {
    const args = listArguments(REQUEST, CONVERSATION, PLACES);

    expect(args).toEqual([
      "-p",
      "--input-format",
      "stream-json",
      "--output-format",
      "stream-json",
      "--verbose",
      "--session-id",
      "id-1",
      "--setting-sources",
      "user",
      "--strict-mcp-config",
      "--settings",
      "/s/settings.json",
      "--tools",
      "Bash,Edit,Read,Write,Glob,Grep",
      "--permission-mode",
      "acceptEdits",
      "--permission-prompts",
      "none",
      "--allowedTools",
      "Bash(npm test)",
      "Bash(git status)",
      "--append-system-prompt-file",
      "/s/system-prompt.md",
      "--max-turns",
      "60",
      "--max-budget-usd",
      "5",
      "--json-schema",
      '{"type":"object"}',
    ]);
  });

  it("goes on with an earlier conversation instead of beginning one", () => {
    const args = listArguments(REQUEST, { id: "id-0", isNew: false }, PLACES);

    expect(args).toEqual(expect.arrayContaining(["--resume", "id-0"]));
    expect(args).not.toContain("--session-id");
  });

  it("names the model that is configured", () => {
    const args = listArguments({ ...REQUEST, model: "claude-x" }, CONVERSATION, PLACES);

    expect(args.slice(args.indexOf("--model")).slice(0, 2)).toEqual(["--model", "claude-x"]);
  });

  it("carries neither prompt nor credential in an argument [F72]", () => {
    expect(listArguments(REQUEST, CONVERSATION, PLACES).join(" ")).not.toMatch(
      /Work item|Be kind|sk-/,
    );
  });

  it("denies what leads out of the worktree, whatever is allowed otherwise [F31]", () => {
    const deny = ["WebFetch", "WebSearch", "Bash(git push *)", "Bash(gh *)"];

    expect(agentSettings(undefined)).toMatchObject({
      permissions: { deny: expect.arrayContaining(deny) },
    });
  });
});

describe("the agent's environment", () => {
  it("passes what is on the list and has a value, and nothing else [N14, F72]", () => {
    expect(passEnvironment(OUTER)).toEqual({
      PATH: "/usr/bin",
      RUNNER_TRACKING_ID: "github_1",
      ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
    });
  });

  it("holds no secret: the credential travels on a descriptor", () => {
    const credential = { type: "oauth-token", value: "sk-secret" } as const;

    const environment = agentEnvironment({
      outer: OUTER,
      places: PLACES,
      credential,
      marker: { MARK: "n" },
      stallMs: 600_000,
    });

    expect(JSON.stringify(environment)).not.toMatch(/secret|eyJ|evil/);
    expect(environment).toMatchObject({
      HOME: "/s/home",
      TMPDIR: "/s/tmp",
      CLAUDE_CONFIG_DIR: "/s/claude",
      MARK: "n",
      CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR: "3",
    });
    expect(environment).not.toHaveProperty("CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR");
  });

  it("names the descriptor of an API key as one", () => {
    const credential = { type: "api-key", value: "sk-secret" } as const;

    const request = { outer: {}, places: PLACES, credential, marker: {}, stallMs: 600_000 };

    expect(agentEnvironment(request)).toMatchObject({
      CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR: "3",
    });
  });

  it.each([
    [600_000, { BASH_MAX: 480_000, BASH_DEFAULT: 120_000, API: 300_000 }],
    [60_000, { BASH_MAX: 48_000, BASH_DEFAULT: 48_000, API: 30_000 }],
    [3_600_000, { BASH_MAX: 2_880_000, BASH_DEFAULT: 120_000, API: 300_000 }],
  ])(
    "ends commands and calls of the model before a silence of %i ms counts as a stall [F68]",
    (stallMs, limits) => {
      const credential = { type: "api-key", value: "sk-secret" } as const;

      const environment = agentEnvironment({
        outer: {},
        places: PLACES,
        credential,
        marker: {},
        stallMs,
      });

      expect(environment).toMatchObject({
        BASH_MAX_TIMEOUT_MS: String(limits.BASH_MAX),
        BASH_DEFAULT_TIMEOUT_MS: String(limits.BASH_DEFAULT),
        API_TIMEOUT_MS: String(limits.API),
      });
    },
  );
});
