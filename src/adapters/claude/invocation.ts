import type { AgentRequest } from "../../ports/agent.ts";

/** Files and directories that belong to one session and go with it [N12]. */
export interface SessionPlaces {
  readonly home: string;
  readonly configuration: string;
  readonly temporary: string;
  readonly settingsFile: string;
  readonly systemPromptFile: string;
  /** Directory on the machine with the conversations; outlives the session. */
  readonly conversations: string;
}

/** The conversation of a session, by the CLI's id. */
export interface Conversation {
  readonly id: string;
  readonly isNew: boolean;
}

export type Credential =
  | { readonly type: "api-key"; readonly value: string }
  | { readonly type: "oauth-token"; readonly value: string };

/** What the agent may never do, whatever it is allowed otherwise. */
const DENIED = [
  "WebFetch",
  "WebSearch",
  "Bash(git push *)",
  "Bash(git remote *)",
  "Bash(git config *)",
  "Bash(gh *)",
];

/** Content of the settings file; `sandbox` is `undefined` where there is none. */
export function agentSettings(sandbox: object | undefined): object {
  return {
    permissions: { deny: DENIED },
    includeCoAuthoredBy: false,
    ...(sandbox === undefined ? {} : { sandbox }),
  };
}

/** The descriptor on which the credential travels: in no variable, argument or file. */
export const CREDENTIAL_DESCRIPTOR = 3;

/** Arguments of one headless session (facts of the CLI: recommended invocation). */
export function listArguments(
  request: AgentRequest,
  conversation: Conversation,
  places: SessionPlaces,
): readonly string[] {
  return [
    ["-p"],
    ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"],
    [conversation.isNew ? "--session-id" : "--resume", conversation.id],
    // Hooks, MCP servers and settings of the repository would run without a question.
    ["--setting-sources", "user", "--strict-mcp-config", "--settings", places.settingsFile],
    ["--tools", "Bash,Edit,Read,Write,Glob,Grep"],
    ["--permission-mode", "acceptEdits", "--permission-prompts", "none"],
    ["--allowedTools", ...request.allowedTools],
    ["--append-system-prompt-file", places.systemPromptFile],
    ["--max-turns", String(request.maxTurns)],
    ["--max-budget-usd", String(request.maxBudgetUsd)],
    request.model === undefined ? [] : ["--model", request.model],
    ["--json-schema", JSON.stringify(request.answerSchema)],
  ].flat();
}

/** Variables that pass from the runner to the agent; everything else stays outside [N14]. */
const PASSED = [
  "PATH",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  // The runner ends what carries this when the job ends; without it daemons would stay.
  "RUNNER_TRACKING_ID",
  // A gateway that the machine's owner configured for the model.
  "ANTHROPIC_BASE_URL",
] as const;

/** Returns the part of an environment that a process of the session may see. */
export function passEnvironment(
  outer: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    PASSED.flatMap((name) => {
      const value = outer[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

/**
 * Limits of single calls in terms of the longest silence: a command and a call of the model end
 * before a healthy agent counts as hung [F68].
 */
function callLimits(stallMs: number): Record<string, string> {
  const commandMs = Math.floor(stallMs * 0.8);
  return {
    BASH_MAX_TIMEOUT_MS: String(commandMs),
    BASH_DEFAULT_TIMEOUT_MS: String(Math.min(120_000, commandMs)),
    API_TIMEOUT_MS: String(Math.min(300_000, Math.floor(stallMs / 2))),
  };
}

export interface EnvironmentRequest {
  /** The runner's environment. */
  readonly outer: Readonly<Record<string, string | undefined>>;
  readonly places: SessionPlaces;
  readonly credential: Credential;
  /** Variables that mark every process of the session. */
  readonly marker: Readonly<Record<string, string>>;
  /** Longest silence before the agent counts as hung. */
  readonly stallMs: number;
}

/** The agent's whole environment. */
export function agentEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { outer, places, credential, marker, stallMs } = request;
  const descriptor =
    credential.type === "api-key"
      ? "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR"
      : "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR";
  return {
    ...passEnvironment(outer),
    ...marker,
    CI: "true",
    HOME: places.home,
    TMPDIR: places.temporary,
    CLAUDE_CONFIG_DIR: places.configuration,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
    CLAUDE_CODE_MAX_RETRIES: "3",
    ...callLimits(stallMs),
    GIT_CONFIG_NOSYSTEM: "1",
    [descriptor]: String(CREDENTIAL_DESCRIPTOR),
  };
}
