import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Part of every secret; GitHub's own token for the job is looked for as well. */
export const CANARY = "canary-7d1f";

/** What a runner, a workflow or a careless machine may put around the action. */
const SECRET_VARIABLES = [
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "ACTIONS_RUNTIME_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "ACTIONS_RUNTIME_URL",
  "ACTIONS_RESULTS_URL",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "NPM_TOKEN",
  "NODE_AUTH_TOKEN",
  "npm_config__authToken",
  "SSH_AUTH_SOCK",
  "GIT_ASKPASS",
  "GITHUB_ENV",
  "DISCORD_WEBHOOK",
  "DATABASE_URL",
];

const SECRET_INPUTS = ["anthropic-api-key", "claude-code-oauth-token"];

/** The home of the machine's user, the runner's registration, another session, our own memory. */
const SECRET_FILES = [
  "home/.gitconfig",
  "home/.npmrc",
  "home/.netrc",
  "home/.ssh/id_ed25519",
  "home/.water-spider/rescued/work",
  ".runner",
  ".credentials",
  ".credentials_rsaparams",
  "session-9/.worktrees/issue-9/source",
  "session-9/temp/water-spider-9/home/token",
];

/** Values for the action's environment and inputs. */
export const PLANTED = {
  inputs: Object.fromEntries(SECRET_INPUTS.map((name) => [name, `${CANARY}-${name}`])),
  environment: Object.fromEntries(SECRET_VARIABLES.map((name) => [name, `${CANARY}-${name}`])),
};

/** Puts a secret into every file, in a folder as `ClaimedSessions` lays it out. */
export async function plantFiles(folder: string): Promise<void> {
  for (const file of SECRET_FILES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `[x]\n  secret = ${CANARY}-${file}\n`);
  }
}

/** A script that prints names, never values, of what a process reaches of all that. */
export function reachScript(folder: string): string {
  return `
echo looked
for one in /proc/[0-9]*; do
  { tr '\\0' '\\n' < $one/environ; } 2>/dev/null |
    grep -a -e ${CANARY} -e '^INPUT_GITHUB-TOKEN=' | sed 's/=.*//; s/^/variable /'
done | sort -u
for file in ${SECRET_FILES.join(" ")}; do
  grep -q ${CANARY} ${folder}/$file 2>/dev/null && echo "file $file"
done
touch ${folder}/${WRITTEN} 2>/dev/null
true
`.trimStart();
}

/** What the script leaves in the folder when it can write there. */
export const WRITTEN = "written-outside";

/** What it prints where nothing is in its way, in order. */
export const EVERYTHING: readonly string[] = [
  "looked",
  ...[
    ...SECRET_VARIABLES,
    ...[...SECRET_INPUTS, "github-token"].map((name) => `INPUT_${name.toUpperCase()}`),
  ].map((name) => `variable ${name}`),
  ...SECRET_FILES.map((name) => `file ${name}`),
].toSorted();
