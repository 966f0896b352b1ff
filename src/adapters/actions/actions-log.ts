import * as core from "@actions/core";

import type { Log } from "../../ports/log.ts";

/**
 * The step's log. Texts of agents pass through here, so no line of a message may begin like a
 * workflow command (design section 4.7).
 */
export const actionsLog: Log = {
  info: (message) => core.info(harmless(message)),
  notice: (message) => core.notice(message),
  warning: (message) => core.warning(message),
};

function harmless(message: string): string {
  return message.replaceAll(/^(\s*)(::|##\[)/gm, "$1 $2").replaceAll("\r", " ");
}
