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

describe("a session whose job is cancelled at random instants", () => {
  it("leaves no process, loses no work, and frees its claim [F70, F09]", async () => {
    const chance = new Chance("cancel");
    const instants = Array.from(
      { length: INSTANTS },
      (_, index) => ((index + chance.next()) / INSTANTS) * SESSION_MS,
    );

    const all = await Promise.all(instants.map((ms) => cancelAfter(ms, sessions)));

    for (const cancelled of all) {
      expect(cancelled).toMatchObject({ left: [], claimsAfter: 0, attempts: 1 });
      expect(cancelled.seconds).toBeLessThan(8);
      expect(cancelled.kept).toEqual(cancelled.written);
      // One that was done before the cancel came is not started again.
      expect(cancelled.nextClaims).toHaveLength(cancelled.outcome === "returned" ? 1 : 0);
    }
    expect(all.some(({ written }) => written.length > 0)).toBe(true);
  });
});
