import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cancelAfter, type CancelledSession } from "../adapters/claude/cancelled-session.ts";
import { RealSessions } from "../adapters/claude/real-sessions.ts";
import { Chance } from "../simulation/chance.ts";

const INSTANTS = 100;
/** Longer than an undisturbed session takes, so that the last instants come too late. */
const LATEST_MS = 6_000;
/** As many sessions as a machine has slots. */
const AT_ONCE = 3;

describe("a session whose job is cancelled at 100 random instants", () => {
  const all: CancelledSession[] = [];
  let sessions: RealSessions;

  beforeAll(async () => {
    sessions = await RealSessions.open();
  });

  afterAll(() => sessions.close());

  it("is gone within 8 s, with nothing left, nothing lost, and the next tick goes on [F70, F09]", async () => {
    const chance = new Chance("cancel 100");
    const instants = Array.from({ length: INSTANTS }, () => chance.between(0, LATEST_MS));
    const lane = async (): Promise<void> => {
      for (let ms = instants.pop(); ms !== undefined; ms = instants.pop()) {
        all.push(await cancelAfter(ms, sessions));
      }
    };

    await Promise.all(Array.from({ length: AT_ONCE }, lane));

    const seconds = all.map((one) => one.seconds).toSorted((a, b) => a - b);
    const early = all.filter(({ cause }) => cause === "cancelled").length;
    const withWork = all.filter(({ written }) => written.length > 0).length;
    console.log(
      `${all.length} cancels, ${early} before the end, ${withWork} with work: ` +
        `median ${seconds[INSTANTS / 2]?.toFixed(2)} s, longest ${seconds.at(-1)?.toFixed(2)} s`,
    );
    expect(all).toHaveLength(INSTANTS);
    expect(seconds.at(-1)).toBeLessThan(8);
    expect(all.flatMap(({ left }) => left)).toEqual([]);
    expect(all.filter(({ written, kept }) => written.join() !== kept.join())).toEqual([]);
    expect(all.map(({ claimsAfter }) => claimsAfter)).toEqual(all.map(() => 0));
    expect(all.map(({ nextClaims }) => nextClaims.length)).toEqual(
      all.map(({ outcome }) => (outcome === "returned" ? 1 : 0)),
    );
  });
});
