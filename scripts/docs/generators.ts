import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";

import { withDefaults } from "../../src/adapters/configuration/defaults.ts";
import { configurationSchema } from "../../src/adapters/configuration/schema.ts";
import { sessionResultSchema } from "../../src/core/session/session-result.ts";
import { formatStateMachine } from "../../src/core/text/state-machine-page.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import {
  END_MARKER,
  formatActionTables,
  replaceBetweenMarkers,
  START_MARKER,
} from "./action-table.ts";
import { formatConfigurationTable } from "./configuration-table.ts";

/** A file that is made, whole or in part, from something else; `generate` returns its whole text. */
export interface GeneratedFile {
  readonly file: string;
  readonly generate: () => Promise<string>;
}

/** Everything that `npm run docs` writes. A new generator is one more entry here. */
export function listGeneratedFiles(): readonly GeneratedFile[] {
  return [
    ...listActionReadmes(),
    CONFIGURATION_SCHEMA,
    CONFIGURATION_REFERENCE,
    RESULT_SCHEMA,
    STATE_MACHINE,
  ];
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
const CONFIGURATION_SCHEMA: GeneratedFile = {
  file: "docs/water-spider.schema.json",
  generate: async () => formatJsonSchema("Water Spider configuration", configurationSchema),
};

const REFERENCE = "docs/configuration.md";
const REFERENCE_MARKERS = [
  "<!-- generated from the schema: start -->",
  "<!-- generated from the schema: end -->",
] as const;

const CONFIGURATION_REFERENCE: GeneratedFile = {
  file: REFERENCE,
  generate: async () => {
    const table = formatConfigurationTable(configurationSchema, withDefaults({}));
    const text = replaceBetweenMarkers(read(REFERENCE), table, REFERENCE_MARKERS);
    if (text === undefined) {
      throw new Error(`${REFERENCE} needs the lines '${REFERENCE_MARKERS.join("' and '")}'.`);
    }
    return text;
  },
};

/** For programs that read the hand-off of a session: its artifact holds such a file. */
const RESULT_SCHEMA: GeneratedFile = {
  file: "docs/result.schema.json",
  generate: async () => formatJsonSchema("Water Spider result.json", sessionResultSchema),
};

/**
 * Returns the JSON Schema of what may be written. Throws where there is a check that JSON Schema
 * cannot express, so that none is lost unseen; one that says in words what it checks is a comment.
 */
export function formatJsonSchema(title: string, schema: GenericSchema): string {
  const head = { $schema: "http://json-schema.org/draft-07/schema#", title };
  const body = toJsonSchema(schema, {
    typeMode: "input",
    errorMode: "throw",
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === "check" &&
      "message" in valibotAction &&
      typeof valibotAction.message === "string"
        ? { ...jsonSchema, $comment: `Refused: ${valibotAction.message}.` }
        : undefined,
  });
  return JSON.stringify({ ...head, ...body }, undefined, 2);
}

const STATE_MACHINE: GeneratedFile = {
  file: "docs/state-machine.md",
  generate: async () => formatStateMachine(),
};
