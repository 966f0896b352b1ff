import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Chance } from "../../simulation/chance.ts";
import { cancelAfter } from "./cancelled-session.ts";
import { RealSessions } from "./real-sessions.ts";

/** About as long as an undisturbed session takes. */
const SESSION_MS = 4_000;
const INSTANTS = 5;

let sessions: RealSessions;

beforeAll(async () => {
  sessions = await RealSessions.open();
});

afterAll(() => sessions.close());

describe.concurrent("a session whose job is cancelled", () => {
  const chance = new Chance("cancel");
  const instants = Array.from({ length: INSTANTS }, (_, index) =>
    Math.round(((index + chance.next()) / INSTANTS) * SESSION_MS),
  );

  it.each(instants)(
    "after %i ms leaves no process, loses no work, frees its claim [F70, F09]",
    async (ms) => {
      const cancelled = await cancelAfter(ms, sessions);

      expect(cancelled).toMatchObject({ left: [], claimsAfter: 0, attempts: 1 });
      expect(cancelled.seconds).toBeLessThan(8);
      expect(cancelled.kept).toEqual(cancelled.written);
      // One that was done before the cancel came is not started again.
      expect(cancelled.nextClaims).toHaveLength(cancelled.outcome === "returned" ? 1 : 0);
    },
  );
});
