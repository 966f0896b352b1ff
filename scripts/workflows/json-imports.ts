// A loader hook for module.register(): GitHub's packages import JSON without the import attribute
// that Node wants, so the attribute is added here.
import type { LoadHook } from "node:module";

/** Loads every .json file as JSON, whatever the import statement says. */
export const load: LoadHook = (url, context, nextLoad) =>
  nextLoad(
    url,
    url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context,
  );
