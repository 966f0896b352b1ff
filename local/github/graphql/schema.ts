import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { buildSchema, type DocumentNode, type GraphQLSchema, parse, validate } from "graphql";
import type { GraphQLError } from "graphql";

let schema: GraphQLSchema | undefined;

/** GitHub's published schema. Building it takes a third of a second, so it waits for a query. */
export function githubSchema(): GraphQLSchema {
  return (schema ??= buildSchema(readDefinitions(), {
    assumeValid: true,
    assumeValidSDL: true,
    noLocation: true,
  }));
}

/** The text beside the package's manifest; its code would bring a second copy of graphql. */
function readDefinitions(): string {
  const manifest = createRequire(import.meta.url).resolve("github-schema/package.json");
  return readFileSync(join(dirname(manifest), "github-schema.graphql"), "utf8");
}

export interface CheckedDocument {
  readonly document: DocumentNode;
  readonly errors: readonly GraphQLError[];
}

const checked = new Map<string, CheckedDocument>();
const MAX_CHECKED = 500;

/** Parses and validates a document, once per text. Throws the syntax error of a broken one. */
export function checkDocument(text: string): CheckedDocument {
  const known = checked.get(text);
  if (known !== undefined) {
    return known;
  }
  const document = parse(text);
  const result = { document, errors: validate(githubSchema(), document) };
  if (checked.size >= MAX_CHECKED) {
    checked.clear();
  }
  checked.set(text, result);
  return result;
}
