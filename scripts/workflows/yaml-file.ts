import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

import type { Finding } from "./finding.ts";

/** A key of a mapping and what it holds; `value` is `undefined` where YAML has null. */
export interface Entry {
  readonly key: string;
  readonly line: number;
  readonly value: YamlValue | undefined;
}

/** A place in a YAML file with its line and the exact text it was written as. */
export interface YamlValue {
  readonly line: number;
  /** Where the value begins in the text of the file. */
  readonly offset: number;
  readonly source: string;
  /** The value of a scalar as text, `undefined` for mappings and lists. */
  readonly text: string | undefined;
  readonly entries: readonly Entry[];
  readonly items: readonly YamlValue[];
  get(...path: readonly string[]): YamlValue | undefined;
}

/** A parsed file. `problems` holds what made it invalid YAML; `root` is then `undefined`. */
export interface YamlFile {
  readonly path: string;
  readonly text: string;
  readonly root: YamlValue | undefined;
  readonly problems: readonly Finding[];
}

/** Parses a YAML file so that every value knows its line. */
export function parseYamlFile(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems = document.errors.map((error) => ({
    file: path,
    line: lines.linePos(error.pos[0]).line,
    message: error.message.split("\n")[0] ?? "invalid YAML",
  }));

  const view = (node: Node | null | undefined): YamlValue | undefined => {
    const target = isAlias(node) ? node.resolve(document) : node;
    if (target === undefined || target === null || (isScalar(target) && target.value === null)) {
      return undefined;
    }
    const [start, end] = target.range ?? [0, 0];
    const entries = isMap<Node, Node | null>(target)
      ? target.items.map(({ key, value }) => ({
          key: isScalar(key) ? String(key.value) : "",
          line: lines.linePos(key.range?.[0] ?? start).line,
          value: view(value),
        }))
      : [];
    const items = isSeq<Node>(target) ? target.items.flatMap((item) => view(item) ?? []) : [];
    const value: YamlValue = {
      line: lines.linePos(start).line,
      offset: start,
      source: text.slice(start, end),
      text: isScalar(target) ? String(target.value) : undefined,
      entries,
      items,
      get: (...[first, ...rest]) => {
        if (first === undefined) {
          return value;
        }
        return entries.find((entry) => entry.key === first)?.value?.get(...rest);
      },
    };
    return value;
  };

  return {
    path,
    text,
    root: problems.length === 0 ? view(document.contents) : undefined,
    problems,
  };
}

/** Returns the number of the line (from 1) that holds the offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
