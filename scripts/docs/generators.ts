import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

import { PROJECT_ROOT } from "../project-root.ts";
import {
  END_MARKER,
  formatActionTables,
  replaceBetweenMarkers,
  START_MARKER,
} from "./action-table.ts";

/** A file that is made, whole or in part, from something else; `generate` returns its whole text. */
export interface GeneratedFile {
  readonly file: string;
  readonly generate: () => Promise<string>;
}

/** Everything that `npm run docs` writes. A new generator is one more entry here. */
export function listGeneratedFiles(): readonly GeneratedFile[] {
  return [...listActionReadmes(), ...listConfigurationSchema()];
}

function read(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), "utf8");
}

function listActionReadmes(): readonly GeneratedFile[] {
  return readdirSync(join(PROJECT_ROOT, "actions"))
    .toSorted()
    .filter((action) => existsSync(join(PROJECT_ROOT, "actions", action, "action.yml")))
    .map((action) => ({
      file: `actions/${action}/README.md`,
      generate: async () => generateActionReadme(action),
    }));
}

function generateActionReadme(action: string): string {
  const path = `actions/${action}/README.md`;
  if (!existsSync(join(PROJECT_ROOT, path))) {
    throw new Error(`${path} does not exist.`);
  }
  const tables = formatActionTables(read(`actions/${action}/action.yml`));
  const text = replaceBetweenMarkers(read(path), tables);
  if (text === undefined) {
    throw new Error(
      `${path} needs the lines '${START_MARKER}' and '${END_MARKER}', in this order.`,
    );
  }
  return text;
}

/** Editors read this schema through a comment on the first line of a configuration file. */
function listConfigurationSchema(): readonly GeneratedFile[] {
  const compiled = join(PROJECT_ROOT, "build/src/adapters/configuration/schema.js");
  const source = join(PROJECT_ROOT, "src/adapters/configuration/schema.ts");
  if (!existsSync(source)) {
    return [];
  }
  return [
    {
      file: "docs/water-spider.schema.json",
      generate: async () => {
        const { configurationSchema }: { configurationSchema: GenericSchema } = await import(
          pathToFileURL(compiled).href
        );
        return formatConfigurationSchema(configurationSchema);
      },
    },
  ];
}

/**
 * Returns the JSON Schema of what a person may write. Throws where the configuration has a check
 * that JSON Schema cannot express, so that none is lost unseen.
 */
export function formatConfigurationSchema(schema: GenericSchema): string {
  const head = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Water Spider configuration",
  };
  const body = toJsonSchema(schema, { typeMode: "input", errorMode: "throw" });
  return JSON.stringify({ ...head, ...body }, undefined, 2);
}
