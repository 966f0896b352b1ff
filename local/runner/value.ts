/** What a workflow file or an expression can hold. `null` exists here because it exists in YAML. */
export type Value = string | number | boolean | null | readonly Value[] | Mapping;

export interface Mapping {
  readonly [key: string]: Value;
}

/** Narrows to a mapping; a sequence is none. */
export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Narrows to a sequence, which `Array.isArray` alone does not do for readonly arrays. */
export function isSequence(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Checks that outside data is made of nothing but values; `undefined` becomes `null`. */
export function toValue(input: unknown): Value {
  if (input === undefined || input === null) {
    return null;
  }
  if (typeof input === "string" || typeof input === "number" || typeof input === "boolean") {
    return input;
  }
  if (Array.isArray(input)) {
    return input.map(toValue);
  }
  if (typeof input === "object") {
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, toValue(item)]));
  }
  throw new TypeError(`A ${typeof input} cannot stand in a workflow.`);
}

/** Returns the mapping at `key`, an empty one when there is none. */
export function mappingAt(mapping: Mapping, key: string): Mapping {
  const value = mapping[key];
  return isMapping(value) ? value : {};
}

/** Returns the text at `key`; numbers and booleans are written out; `undefined` when absent. */
export function textAt(mapping: Mapping, key: string): string | undefined {
  const value = mapping[key];
  if (value === undefined || value === null || typeof value === "object") {
    return undefined;
  }
  return String(value);
}

/** Returns the texts at `key`, where one text may stand for a list of one. */
export function textsAt(mapping: Mapping, key: string): readonly string[] {
  const value = mapping[key];
  if (isSequence(value)) {
    return value.filter((item) => typeof item !== "object").map(String);
  }
  const text = textAt(mapping, key);
  return text === undefined ? [] : [text];
}
