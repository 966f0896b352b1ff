// `npm run lint:workflows`: GitHub's language service, actionlint and the project's own rules over
// the workflows, the examples and every action.yml. `--own-rules` runs the quick part alone.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { PROJECT_ROOT } from "./project-root.ts";
import { checkActionFile } from "./workflows/action-file-rules.ts";
import { checkReferences, type OurActions, readActionInterface } from "./workflows/action-rules.ts";
import { readActionSources } from "./workflows/action-sources.ts";
import { checkWithActionlint } from "./workflows/actionlint.ts";
import { type Finding, formatFinding } from "./workflows/finding.ts";
import { checkWithLanguageService } from "./workflows/language-service.ts";
import { checkWorkflow } from "./workflows/own-rules.ts";
import { parseYamlFile, type YamlFile } from "./workflows/yaml-file.ts";

process.chdir(PROJECT_ROOT);

function read(path: string): string {
  return readFileSync(path, "utf8");
}

function readYamlFiles(paths: readonly string[]): readonly YamlFile[] {
  return paths.map((path) => parseYamlFile(path, read(path)));
}

function listYaml(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`);
}

/** The examples hold configuration files too; only what looks like a workflow is checked as one. */
function listWorkflows(): readonly YamlFile[] {
  const examples = readYamlFiles(listYaml("examples")).filter(
    ({ root }) =>
      root === undefined || root.get("jobs") !== undefined || root.get("on") !== undefined,
  );
  return [...readYamlFiles(listYaml(".github/workflows")), ...examples];
}

function listActionFiles(): readonly YamlFile[] {
  const folders = existsSync("actions") ? readdirSync("actions").toSorted() : [];
  return readYamlFiles(folders.map((name) => `actions/${name}/action.yml`).filter(existsSync));
}

function listBuiltFiles(folder: string): ReadonlySet<string> | undefined {
  const dist = join(folder, "dist");
  if (!existsSync(dist)) {
    console.error(
      `note: ${dist} is not built, so what ${folder}/action.yml runs was not looked for.`,
    );
    return undefined;
  }
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" });
  return new Set(files.map((file) => `dist/${file}`));
}

function checkOwnRules(
  workflows: readonly YamlFile[],
  actionFiles: readonly YamlFile[],
): readonly Finding[] {
  const actions: OurActions = new Map(
    actionFiles.map((file) => [dirname(file.path), readActionInterface(file)]),
  );
  return [
    ...workflows.flatMap((file) => [...checkWorkflow(file), ...checkReferences(file, actions)]),
    ...actionFiles.flatMap((file) => {
      const folder = dirname(file.path);
      const sources = readActionSources(folder);
      return checkActionFile(file, { ...sources, builtFiles: listBuiltFiles(folder) });
    }),
  ];
}

const workflows = listWorkflows();
const actionFiles = listActionFiles();
const findings = [...checkOwnRules(workflows, actionFiles)];
if (!process.argv.includes("--own-rules")) {
  const paths = workflows.map(({ path }) => path);
  findings.push(
    ...(await checkWithLanguageService([...workflows, ...actionFiles], read)),
    ...(await checkWithActionlint(paths, read(".github/actionlint.yaml"))),
  );
}

const lines = [...new Set(findings.map(formatFinding))].toSorted();
for (const line of lines) {
  console.log(line);
}
console.log(
  `${lines.length} findings in ${workflows.length} workflows and ${actionFiles.length} action files.`,
);
process.exitCode = lines.length === 0 ? 0 : 1;
