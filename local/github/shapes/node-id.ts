/** Kinds of objects with a GraphQL node id, by the prefix GitHub gives them. */
export type NodeKind =
  | "R"
  | "REF"
  | "I"
  | "PR"
  | "IC"
  | "LA"
  | "MI"
  | "U"
  | "BOT"
  | "EV"
  | "UCE"
  | "C"
  | "B"
  | "WFR"
  | "CR";

/** The opaque global id of an object; `key` is its database id, or a git name within a repository. */
export function formatNodeId(kind: NodeKind, key: number | string): string {
  return `${kind}_kw${Buffer.from(String(key)).toString("base64url")}`;
}

/** Reads back what {@link formatNodeId} wrote; `undefined` for anything else. */
export function parseNodeId(id: string): { kind: string; key: number } | undefined {
  const [, kind, key] = /^([A-Z]+)_kw([\w-]+)$/.exec(id) ?? [];
  if (kind === undefined || key === undefined) {
    return undefined;
  }
  return { kind, key: Number(Buffer.from(key, "base64url").toString()) };
}
