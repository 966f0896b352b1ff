import type { Loose, OfflineGitHub } from "./offline-github.ts";

/** Asks GraphQL for fields of a repository of `acme` and returns the whole answer. */
export async function askRepository(
  hub: OfflineGitHub,
  repository: string,
  fields: string,
  token?: string,
): Promise<Loose> {
  const name = repository.slice("acme/".length);
  return await hub.graphql(
    `{ repository(owner: "acme", name: "${name}") { ${fields} } }`,
    {},
    token,
  );
}
