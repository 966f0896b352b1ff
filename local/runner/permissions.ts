import { InvalidFileError } from "./unsupported.ts";
import { isMapping, type Value } from "./value.ts";

export type Access = "none" | "read" | "write";

/** What a job token may do; a scope that is not listed is `none`. */
export type Permissions = Readonly<Record<string, Access>>;

const SCOPES = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "repository-projects",
  "security-events",
  "statuses",
];

const RANK: Readonly<Record<Access, number>> = { none: 0, read: 1, write: 2 };

/** What a repository grants whose settings say "read repository contents". */
export const RESTRICTED_DEFAULT: Permissions = { contents: "read", packages: "read" };

/** Reads a `permissions` value; `undefined` when the key is absent. Expressions are refused. */
export function parsePermissions(value: Value | undefined, place: string): Permissions | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (value === "read-all" || value === "write-all") {
    const access: Access = value === "read-all" ? "read" : "write";
    return Object.fromEntries(SCOPES.map((scope) => [scope, access]));
  }
  if (!isMapping(value)) {
    throw new InvalidFileError(`${place}: 'permissions' must be a mapping, read-all or write-all.`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([scope, access]) => {
      if (
        !SCOPES.includes(scope) ||
        (access !== "none" && access !== "read" && access !== "write")
      ) {
        throw new InvalidFileError(
          `${place}: 'permissions' does not know '${scope}: ${JSON.stringify(access)}'.`,
        );
      }
      return [scope, access];
    }),
  );
}

/** The first scope of which more is asked than granted, as GitHub would name it. */
export function firstExcess(asked: Permissions, granted: Permissions): string | undefined {
  for (const [scope, access] of Object.entries(asked)) {
    const allowed = granted[scope] ?? "none";
    if (RANK[access] > RANK[allowed]) {
      return `requesting '${scope}: ${access}', but is only allowed '${scope}: ${allowed}'`;
    }
  }
  return undefined;
}
