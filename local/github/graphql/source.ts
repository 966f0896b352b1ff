import { GraphQLError, type GraphQLResolveInfo } from "graphql";

import type { Viewer } from "../domain/access.ts";
import { ApiError, NotEmulated } from "../domain/api-error.ts";
import type { Hub } from "../domain/hub.ts";
import type { Cost } from "./cost.ts";

/** Arguments of a field. Absent and null look the same to most fields. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What every resolver of one request shares. */
export interface Context {
  readonly hub: Hub;
  readonly viewer: Viewer;
  readonly cost: Cost;
}

/** A field's value, or how to compute it. */
export type Field =
  | string
  | number
  | boolean
  | null
  | Source
  | ((args: Arguments, info: GraphQLResolveInfo) => unknown);

/**
 * An object of the schema: a value or function per emulated field. A field that is missing here is
 * not emulated, which is an error; absent data is null.
 */
export interface Source {
  readonly [field: string]: Field | undefined;
}

/** Resolves every field of every type. */
export function resolveField(
  source: Source | undefined,
  args: Arguments,
  _context: Context,
  info: GraphQLResolveInfo,
): unknown {
  const field = source?.[info.fieldName];
  if (field === undefined) {
    throw new NotEmulated(`${info.parentType.name}.${info.fieldName}`);
  }
  if (typeof field === "function") {
    return field(args, info);
  }
  refuseArguments(args, info, []);
  return field;
}

/** Throws when the query uses an argument of the field that is not among the emulated ones. */
export function refuseArguments(
  args: Arguments,
  info: GraphQLResolveInfo,
  emulated: readonly string[],
): void {
  for (const [name, value] of Object.entries(args)) {
    if (!emulated.includes(name) && !isDefault(info, name, value)) {
      throw new NotEmulated(`${info.parentType.name}.${info.fieldName}(${name}:)`);
    }
  }
}

function isDefault(info: GraphQLResolveInfo, name: string, value: unknown): boolean {
  const argument = info.parentType.getFields()[info.fieldName]?.args.find((it) => it.name === name);
  return JSON.stringify(argument?.defaultValue ?? null) === JSON.stringify(value ?? null);
}

/** An error in GitHub's form: `type` stands beside the message. */
export interface WireError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: GraphQLError["locations"];
  readonly message: string;
}

/** Words an error of a resolver, of validation or of the parser as GitHub does. */
export function wireError(error: GraphQLError): WireError {
  const { originalError: cause } = error;
  const place = {
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
  };
  if (cause instanceof ApiError) {
    return { type: cause.type, ...place, message: sentence(cause) };
  }
  if (cause instanceof NotEmulated) {
    return { type: "NOT_EMULATED", ...place, message: `${cause.message} is not emulated` };
  }
  return { ...place, message: error.message };
}

function sentence(error: ApiError): string {
  const details = (error.errors ?? []).map((it) => {
    return typeof it === "string" ? it : (it.message ?? `${it.field} ${it.code}`);
  });
  return details.length === 0 ? error.message : `${error.message}: ${details.join(", ")}`;
}
