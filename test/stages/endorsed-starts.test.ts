import { describe, expect, it } from "vitest";

import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { close, editBody, removeLabel, rename, setLabel } from "../world/pure-people.ts";
import { issuesOf } from "./claims.ts";

describe("dispatch: whose word counts", () => {
  it.each([
    ["edited the body", (fleet: PureFleet) => editBody(fleet.world, 1, "Something else.", READER)],
    ["renamed it", (fleet: PureFleet) => rename(fleet.world, 1, "Something else", READER)],
  ])("voids an approval when a reader %s after it [F28]", async (_, edit) => {
    const fleet = new PureFleet({ issues: [{}] });
    await fleet.tick({ credential: "missing" });
    fleet.advance(1);
    edit(fleet);

    const claims = await fleet.tick();
    await fleet.tick();

    expect(claims).toEqual([]);
    expect(fleet.journal.state.issues.get(1)?.approval).toBeUndefined();
    expect(fleet.world.stateLabels(1)).toEqual(["state:pending"]);
    expect(fleet.world.comments.get(1)).toHaveLength(1);
  });

  it("does not accept a label that a reader's edit followed in the same second [F104]", async () => {
    const fleet = new PureFleet({ issues: [{ labels: [], trigger: undefined }] });
    setLabel(fleet.world, 1, TRIGGER, WRITER);
    editBody(fleet.world, 1, "Something else.", READER);

    expect(await fleet.tick()).toEqual([]);
    fleet.advance(1);
    removeLabel(fleet.world, 1, TRIGGER);
    setLabel(fleet.world, 1, TRIGGER, WRITER);
    expect(await fleet.tick()).toEqual([expect.objectContaining({ issue: 1 })]);
  });

  it("freezes a writer's edit anew and goes on [F108]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    await fleet.tick({ credential: "missing" });
    fleet.advance(1);
    editBody(fleet.world, 1, "The same, spelled right.", WRITER);

    const [claim] = await fleet.tick();

    expect(claim?.textHash).toBe(fleet.world.issue(1).textHash);
  });

  it("does not start what a reader labelled [F27]", async () => {
    const fleet = new PureFleet({ issues: [{ labels: [], trigger: undefined }] });
    setLabel(fleet.world, 1, TRIGGER, READER);

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.journal.events).toEqual([]);
  });

  it("withdraws the approval when the label is taken off, and clears its state [C12]", async () => {
    const fleet = new PureFleet({ issues: [{}, { body: "Depends on #1" }] });
    await fleet.tick({ credential: "missing" });
    removeLabel(fleet.world, 2, TRIGGER);

    await fleet.tick();

    expect(fleet.journal.state.issues.get(2)?.approval).toBeUndefined();
    expect(fleet.world.stateLabels(2)).toEqual([]);
  });

  it("journals nothing for an issue that was closed before it was claimed", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    await fleet.tick({ credential: "missing" });
    close(fleet.world, 1);

    const claims = await fleet.tick();

    expect(issuesOf(claims)).toEqual([2]);
    expect(fleet.journal.state.issues.get(1)?.ended).toBe("cancelled");
  });
});
