import { beforeEach, describe, expect, it } from "vitest";

import { formatReason } from "../../src/core/plan/reasons.ts";
import { TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { removeLabel, setLabel } from "../world/pure-people.ts";
import { handedOver } from "./claimed-delivery.ts";

const WREN = { login: "wren", id: 3, type: "user" } as const;
const CONFIGURATION = {
  checks: { test: "npm test" },
  "max-open-prs": 100,
  limits: { "starts-per-actor": 3 },
};

let fleet: PureFleet;

/** Six issues that one person labelled at once. */
beforeEach(() => {
  fleet = new PureFleet({
    issues: [{}, {}, {}, {}, {}, {}],
    configuration: CONFIGURATION,
    permissions: { [WRITER.login]: "admin", [WREN.login]: "write" },
  });
});

/** A tick whose sessions deliver at once. */
async function work(): Promise<readonly number[]> {
  const claims = await fleet.tick();
  for (const claim of claims) {
    await fleet.finalize(claim, { result: handedOver(claim) });
  }
  fleet.advance(1);
  return claims.map(({ issue }) => issue);
}

describe("whoever labels a whole backlog at once", () => {
  it("starts so many deliveries an hour, and the rest goes on by itself [N26]", async () => {
    expect(await work()).toEqual([1, 2, 3]);
    expect(await work()).toEqual([]);

    fleet.advance(60);

    expect(await work()).toEqual([4, 5, 6]);
  });

  it("reads who and until when on the issues that wait, which are queued [N26, N27]", async () => {
    await work();
    const { plan } = await fleet.collect();

    const row = plan.rows.find(({ issue }) => issue === 4);
    expect(row?.state).toBe("queued");
    expect(row === undefined ? "" : formatReason(row.reason)).toBe(
      "`maintainer` started 3 deliveries within an hour (`limits.starts-per-actor`), so this one waits until 2026-11-20T10:00:00Z.",
    );
    await fleet.tick();
    expect(fleet.world.stateLabels(4)).toEqual(["state:queued"]);
  });

  it("does not keep anybody else from starting [N26]", async () => {
    await work();
    removeLabel(fleet.world, 5, TRIGGER);
    setLabel(fleet.world, 5, TRIGGER, WREN);

    expect(await work()).toEqual([5]);
  });
});

describe("what is no start", () => {
  it("is a retry of what was started: it goes on although the hour is used up [N26]", async () => {
    const [, second] = await fleet.tick();
    if (second === undefined) {
      throw new Error("Nothing was claimed.");
    }
    await fleet.finalize(second, {
      result: handedOver(second, { ending: "failed", cause: "stalled" }),
    });
    fleet.advance(10);

    expect((await fleet.tick()).map(({ issue }) => issue)).toEqual([2]);
  });
});

describe("/retry", () => {
  it("is a start of whoever said it [N26]", async () => {
    const [first] = await fleet.tick();
    if (first === undefined) {
      throw new Error("Nothing was claimed.");
    }
    await fleet.finalize(first, { result: "{" });
    fleet.advance(1);
    await fleet.obey({ type: "retry", issue: 1 }, { by: WREN.login });

    expect(await fleet.tick()).toMatchObject([{ issue: 1, startedBy: WREN.login }]);
    expect(fleet.journal.state.fleet.starts?.map(({ by }) => by)).toEqual([
      ...Array.from({ length: 3 }, () => WRITER.login),
      WREN.login,
    ]);
  });
});
