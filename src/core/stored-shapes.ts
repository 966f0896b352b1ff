import * as v from "valibot";

/** A key that is written only when it has a value. */
export function absent<const S extends v.GenericSchema>(
  schema: S,
): v.OptionalSchema<S, () => undefined> {
  return v.optional(schema, () => undefined);
}

/** A time as we write it into the journal, the snapshot and `result.json`; all read no other form. */
export const time = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/),
);
