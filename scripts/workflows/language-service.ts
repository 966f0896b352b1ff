import { register } from "node:module";
import { pathToFileURL } from "node:url";

import { TextDocument } from "vscode-languageserver-textdocument";

import type { Finding } from "./finding.ts";

/** A workflow or action file; `path` is relative to the repository. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Hints and information are for editors; a diagnostic of the parser has no severity and is an error. */
const WARNING = 2;

/**
 * Messages that are wrong: the service's schema (0.3.61) lags behind GitHub by these keys. It also
 * reports them, with its own line, in the file that calls the workflow.
 */
const FALSE_ALARMS: readonly string[] = ["Unexpected value 'cache-mode'"];

function skip(): void {
  // What the service tells besides its crashes is of no use here.
}

/**
 * Checks files with GitHub's own schema and expression checks. References into this repository
 * (`$/`, `./`, `OWNER/water-spider/`) are read through `readRepositoryFile`, so that the inputs and
 * secrets of reusable workflows are compared too; it throws when there is no such file.
 */
export async function checkWithLanguageService(
  files: readonly SourceFile[],
  readRepositoryFile: (path: string) => string,
): Promise<readonly Finding[]> {
  register("./json-imports.js", import.meta.url);
  const { registerLogger, validate } = await import("@actions/languageservice");
  const { FeatureFlags } = await import("@actions/expressions");
  // The service swallows its own crashes and only logs them; a crash must not look like a clean file.
  const crashes: string[] = [];
  registerLogger({ log: skip, info: skip, warn: skip, error: (text) => crashes.push(text) });

  const findings: Finding[] = [];
  for (const { path, text } of files) {
    const uri = pathToFileURL(path).href;
    const diagnostics = await validate(TextDocument.create(uri, "yaml", 1, text), {
      featureFlags: new FeatureFlags({ all: true }),
      fileProvider: {
        getFileContent: async (reference) => {
          if ("repository" in reference && reference.repository !== "water-spider") {
            throw new Error(`${reference.owner}/${reference.repository} is not this repository`);
          }
          return { name: reference.path, content: readRepositoryFile(reference.path) };
        },
      },
    });
    for (const { severity = WARNING, range, message } of diagnostics) {
      if (severity <= WARNING) {
        const sentence = typeof message === "string" ? message : message.value;
        if (!FALSE_ALARMS.includes(sentence)) {
          findings.push({ file: path, line: range.start.line + 1, message: sentence });
        }
      }
    }
    findings.push(...crashes.splice(0).map((message) => ({ file: path, line: 1, message })));
  }
  return findings;
}
