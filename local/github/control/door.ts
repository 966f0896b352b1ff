import { ApiError } from "../domain/api-error.ts";
import { found } from "../domain/hub.ts";
import { type Repository } from "../domain/state.ts";
import type { Site } from "../http/site.ts";

/** A request to the control API. */
export interface DoorCall {
  readonly site: Site;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly text: string;
}

/** One operation of the control API, below `/_control`. */
export interface Door {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly handle: (call: DoorCall) => unknown;
}

/** The repository of an `owner/name`, or 404. */
export function repositoryNamed(call: DoorCall, nameWithOwner: string): Repository {
  const [owner = "", name = ""] = nameWithOwner.split("/");
  return found(call.site.hub.repository(owner, name));
}

/** A text of the body, or `undefined`. */
export function optional(call: DoorCall, name: string): string | undefined {
  const value = call.body[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** A text that the body must have. */
export function required(call: DoorCall, name: string): string {
  const value = optional(call, name);
  if (value === undefined) {
    throw new ApiError(422, `The control API misses '${name}' in the body.`);
  }
  return value;
}
