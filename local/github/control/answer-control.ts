import { ApiError } from "../domain/api-error.ts";
import { type Exchange, readBody, type Reply } from "../http/exchange.ts";
import type { Site } from "../http/site.ts";
import { fieldsIn } from "../untyped.ts";
import type { Door } from "./door.ts";
import { ENGINE_DOORS } from "./engine-doors.ts";
import { OBSERVATION_DOORS } from "./observation-doors.ts";
import { SETUP_DOORS } from "./setup-doors.ts";

const DOORS: readonly Door[] = [...SETUP_DOORS, ...ENGINE_DOORS, ...OBSERVATION_DOORS];
const PREFIX = "/_control";

/** Answers a request of the rehearsal or a test. No token: the server listens on loopback only. */
export async function answerControl(site: Site, exchange: Exchange): Promise<Reply> {
  const text = await readBody(exchange);
  for (const door of DOORS) {
    const path = door.method === exchange.method ? matchDoor(door, exchange.path) : undefined;
    if (path !== undefined) {
      try {
        const body = fieldsIn(text === "" ? {} : JSON.parse(text));
        const answer = await door.handle({ site, path, query: exchange.query, body, text });
        return { status: 200, body: answer ?? {} };
      } catch (error) {
        if (error instanceof ApiError) {
          return { status: error.status, body: { message: error.message, errors: error.errors } };
        }
        throw error;
      }
    }
  }
  return { status: 501, body: { message: `NOT EMULATED: ${exchange.method} ${exchange.path}` } };
}

function matchDoor(door: Door, path: string): Record<string, string> | undefined {
  const parts = door.path.split("/");
  const given = path.slice(PREFIX.length).split("/");
  if (parts.length !== given.length) {
    return undefined;
  }
  const values: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const value = decodeURIComponent(given[at] ?? "");
    if (part.startsWith(":")) {
      values[part.slice(1)] = value;
    } else if (part !== value) {
      return undefined;
    }
  }
  return values;
}
