// `npm run build`: bundles each action into actions/<name>/dist, which is committed because GitHub
// runs what lies there. `--check` builds aside and lists where the committed bundles differ.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { compareFolders, readFolder } from "./folder-files.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { runCommand, runInLanes } from "./run-command.ts";

/** One program of an action: `dist/index.js` for main, `dist/post/index.js` for post. */
interface Bundle {
  readonly action: string;
  readonly entry: "main" | "post";
  readonly outFolder: string;
}

const ENTRIES = [
  { entry: "main", outFolder: "." },
  { entry: "post", outFolder: "post" },
] as const;

function listBundles(): readonly Bundle[] {
  return readdirSync(join(PROJECT_ROOT, "actions"))
    .toSorted()
    .flatMap((action) =>
      ENTRIES.filter(({ entry }) =>
        existsSync(join(PROJECT_ROOT, "actions", action, `${entry}.ts`)),
      ).map((entry) => ({ action, ...entry })),
    );
}

async function build(bundle: Bundle, folder: string): Promise<void> {
  const input = join("build/actions", bundle.action, `${bundle.entry}.js`);
  const out = join(folder, bundle.action, bundle.outFolder);
  const { exitCode, output } = await runCommand(join(PROJECT_ROOT, "node_modules/.bin/ncc"), [
    "build",
    input,
    "--out",
    out,
    "--license",
    "licenses.txt",
    "--no-cache",
    "--no-source-map-register",
    "--quiet",
  ]);
  if (exitCode !== 0) {
    throw new Error(`ncc could not bundle ${input}:\n${output}`);
  }
}

/** Git keeps these files with LF (.gitattributes), so a package's CRLF would look like a difference. */
function normalizeLineEnds(folder: string): void {
  for (const [path, content] of readFolder(folder)) {
    if (content.includes("\r\n")) {
      writeFileSync(join(folder, path), content.toString("utf8").replaceAll("\r\n", "\n"));
    }
  }
}

/** Returns the differences between a fresh build and the committed folders of all actions. */
function compareAll(actions: readonly string[], fresh: string): readonly string[] {
  return actions.flatMap((action) => {
    const committed = join(PROJECT_ROOT, "actions", action, "dist");
    return compareFolders(readFolder(join(fresh, action)), readFolder(committed)).map(
      (difference) => `actions/${action}/dist/${difference}`,
    );
  });
}

function reportStale(differences: readonly string[]): void {
  const text = `The committed bundles are not what the sources build. Run \`npm run build\` and commit actions/*/dist.\n\n${differences.map((line) => `- ${line}`).join("\n")}`;
  console.error(text);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined && summary !== "") {
    appendFileSync(summary, `${text}\n`);
  }
}

const bundles = listBundles();
const actions = [...new Set(bundles.map((bundle) => bundle.action))];
const fresh = mkdtempSync(join(tmpdir(), "water-spider-dist-"));
try {
  await runInLanes(bundles, 2, (bundle) => build(bundle, fresh));
  normalizeLineEnds(fresh);
  const differences = compareAll(actions, fresh);
  if (differences.length === 0) {
    console.log(`actions/*/dist is up to date (${actions.length} actions).`);
  } else if (process.argv.includes("--check")) {
    reportStale(differences);
    process.exitCode = 1;
  } else {
    for (const action of actions) {
      const dist = join(PROJECT_ROOT, "actions", action, "dist");
      rmSync(dist, { recursive: true, force: true });
      cpSync(join(fresh, action), dist, { recursive: true });
    }
    console.log(`Built actions/*/dist; ${differences.length} files changed.`);
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
