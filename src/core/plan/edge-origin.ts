/** Where an edge comes from; one edge may have several origins. */
export const EDGE_ORIGINS = ["label", "body", "task-list", "native", "sub-issue"] as const;

export type EdgeOrigin = (typeof EDGE_ORIGINS)[number];

/** One bit for each, so that the origins of an edge are one small number. */
export const ORIGIN_BITS: Readonly<Record<EdgeOrigin, number>> = {
  label: 1,
  body: 2,
  "task-list": 4,
  native: 8,
  "sub-issue": 16,
};

/** The origins behind the bits of an edge, by these bits; the lists are shared. */
const ORIGINS_OF_BITS: readonly (readonly EdgeOrigin[])[] = Array.from({ length: 32 }, (_, bits) =>
  EDGE_ORIGINS.filter((origin) => (bits & ORIGIN_BITS[origin]) !== 0),
);

export function originsOf(bits: number): readonly EdgeOrigin[] {
  return ORIGINS_OF_BITS[bits] ?? [];
}
