import { coerceText } from "./expressions.ts";
import { InvalidFileError } from "./unsupported.ts";
import { isMapping, isSequence, type Mapping, type Value } from "./value.ts";

/**
 * Expands an evaluated `strategy.matrix` into its legs, in GitHub's order. An `include` entry joins
 * every combination whose original values it does not overwrite, or becomes a leg of its own. A
 * matrix without a leg fails the run, as on GitHub: guard the job with an `if`.
 */
export function expandMatrix(matrix: Value): readonly Mapping[] {
  if (!isMapping(matrix)) {
    throw new InvalidFileError("A matrix must be a mapping.");
  }
  const { include = null, exclude = null, ...vectors } = matrix;
  const originals = combine(vectors).filter(
    (leg) => !mappingsOf(exclude, "exclude").some((filter) => matches(leg, filter)),
  );
  const legs = originals.map((original) => ({ original, values: original }));
  const added: Mapping[] = [];
  for (const entry of mappingsOf(include, "include")) {
    const joined = legs.filter(({ original }) => fits(original, entry));
    for (const leg of joined) {
      leg.values = { ...leg.values, ...entry };
    }
    if (joined.length === 0) {
      added.push(entry);
    }
  }
  const expanded = [...legs.map((leg) => leg.values), ...added];
  if (expanded.length === 0) {
    throw new InvalidFileError("Matrix must define at least one vector");
  }
  if (expanded.length > 256) {
    throw new InvalidFileError(
      `A matrix makes at most 256 jobs, but this makes ${expanded.length}.`,
    );
  }
  return expanded;
}

function combine(vectors: Mapping): readonly Mapping[] {
  const entries = Object.entries(vectors);
  if (entries.length === 0) {
    return [];
  }
  let legs: readonly Mapping[] = [{}];
  for (const [name, vector] of entries) {
    if (!isSequence(vector)) {
      throw new InvalidFileError(`Matrix vector '${name}' must be a list.`);
    }
    if (vector.length === 0) {
      throw new InvalidFileError(`Matrix vector '${name}' does not contain any values`);
    }
    legs = legs.flatMap((leg) => vector.map((value) => ({ ...leg, [name]: value })));
  }
  return legs;
}

function mappingsOf(value: Value, key: string): readonly Mapping[] {
  if (value === null) {
    return [];
  }
  if (!isSequence(value) || !value.every(isMapping)) {
    throw new InvalidFileError(`Matrix '${key}' must be a list of mappings.`);
  }
  return value;
}

function matches(value: Value | undefined, filter: Value): boolean {
  if (isMapping(filter)) {
    return (
      isMapping(value) && Object.entries(filter).every(([key, item]) => matches(value[key], item))
    );
  }
  return JSON.stringify(value) === JSON.stringify(filter);
}

/** Whether an include entry leaves every original value of the leg as it is. */
function fits(original: Mapping, entry: Mapping): boolean {
  const shared = Object.keys(entry).filter((key) => key in original);
  const hasVector = Object.keys(original).length > 0;
  return hasVector && shared.every((key) => matches(original[key], entry[key] ?? null));
}

/** The part of a leg's default name that stands in parentheses: `macos, 20`. */
export function legLabel(leg: Mapping): string {
  return Object.values(leg).flatMap(labelParts).join(", ");
}

function labelParts(value: Value): readonly string[] {
  if (isMapping(value) || isSequence(value)) {
    return Object.values(value).flatMap(labelParts);
  }
  return [coerceText(value)];
}
