import type { Hub } from "../domain/hub.ts";
import { type User } from "../domain/state.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import type { Source } from "./source.ts";

/**
 * A person or bot; null for a deleted account. A bot's login lacks the `[bot]` that REST shows.
 */
export function actorSource(hub: Hub, user: User | undefined): Source | null {
  if (user === undefined) {
    return null;
  }
  const bot = user.type === "Bot";
  return {
    __typename: bot ? "Bot" : "User",
    id: formatNodeId(bot ? "BOT" : "U", user.id),
    databaseId: user.id,
    login: bot ? user.login.replace(/\[bot\]$/, "") : user.login,
    url: `${hub.urls.server}/${user.login}`,
  };
}

/** `viewer`: whose token it is, here with the full login of a bot. */
export function viewerSource(hub: Hub, user: User): Source {
  return { ...actorSource(hub, user), __typename: "User", login: user.login };
}
