/** An object of JSON or of a GraphQL argument, not looked into yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an empty one in place of anything else. */
export function fieldsIn(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The text, or `undefined` in place of anything else. */
export function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The texts of a list, or `undefined` when the value is no list. */
export function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((it) => typeof it === "string") : undefined;
}

/** The texts of an object's fields. */
export function textFieldsIn(value: unknown): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, field] of Object.entries(fieldsIn(value))) {
    if (typeof field === "string") {
      fields[name] = field;
    }
  }
  return fields;
}

/** Characters as GitHub counts them. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}
