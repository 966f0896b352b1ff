import { ApiError } from "../domain/api-error.ts";
import type { Change } from "../domain/issues.ts";
import type { Fields } from "../untyped.ts";

/** A text, or `undefined` when absent or null. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") {
    throw wrongType(name, value, "string");
  }
  return value;
}

/** A text that null clears; `undefined` when absent. */
export function textChangeOf(fields: Fields, name: string): Change<string> | undefined {
  return Object.hasOwn(fields, name) ? { to: textOf(fields, name) } : undefined;
}

/** A whole number, or `undefined` when absent or null. */
export function numberOf(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? undefined;
  if (value !== undefined && (typeof value !== "number" || !Number.isInteger(value))) {
    throw wrongType(name, value, "integer");
  }
  return value;
}

export function booleanOf(fields: Fields, name: string): boolean | undefined {
  const value = fields[name] ?? undefined;
  if (value !== undefined && typeof value !== "boolean") {
    throw wrongType(name, value, "boolean");
  }
  return value;
}

/** One of the allowed texts, or `undefined` when absent or null. */
export function choiceOf<T extends string>(
  fields: Fields,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = textOf(fields, name);
  const choice = allowed.find((it) => it === value);
  if (value !== undefined && choice === undefined) {
    throw new ApiError(
      422,
      `Invalid request.\n\n${value} is not a member of ${JSON.stringify(allowed)}.`,
    );
  }
  return choice;
}

/** Names in a list of texts or of objects with a `name`, or `undefined` when absent. */
export function namesOf(list: unknown, name: string): readonly string[] | undefined {
  if (list === undefined || list === null) {
    return undefined;
  }
  if (!Array.isArray(list)) {
    throw wrongType(name, list, "array");
  }
  return list.map((item: unknown) => {
    const text = typeof item === "object" && item !== null && "name" in item ? item.name : item;
    if (typeof text !== "string") {
      throw wrongType(name, item, "string");
    }
    return text;
  });
}

function wrongType(name: string, value: unknown, type: string): ApiError {
  const message = `For 'properties/${name}', ${JSON.stringify(value)} is not of type ${type}.`;
  return new ApiError(422, `Invalid request.\n\n${message}`);
}
