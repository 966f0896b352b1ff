import { isFields } from "../untyped.ts";
import type { State } from "./state.ts";

const MARK = "@map";

/** The state as JSON text; maps become marked lists of entries. */
export function formatState(state: State): string {
  return JSON.stringify(state, (_key, value: unknown) =>
    value instanceof Map ? { [MARK]: Array.from(value) } : value,
  );
}

/** Reads back what {@link formatState} wrote; only texts of our own come here. */
export function parseState(text: string): State {
  const state: State = JSON.parse(text, (_key, value: unknown) => {
    const entries = isFields(value) ? value[MARK] : undefined;
    return Array.isArray(entries) ? new Map(entries) : value;
  });
  return state;
}
