import { describe, expect, it } from "vitest";

import {
  ConcurrencyGroups,
  type Admission,
  type ConcurrencyWish,
  type PendingAdmission,
} from "../../../local/runner/concurrency.ts";

function aWish(wish: Partial<ConcurrencyWish> = {}): ConcurrencyWish {
  return {
    group: "g",
    cancelInProgress: false,
    queue: "single",
    cancelHolder: () => undefined,
    ...wish,
  };
}

async function release(pending: PendingAdmission): Promise<void> {
  const admission: Admission = await pending.admission;
  if (admission.type === "admitted") {
    admission.release();
  }
}

async function types(pending: readonly PendingAdmission[]): Promise<readonly string[]> {
  return Promise.all(
    pending.map(async (item) => {
      const admission = await item.admission;
      if (admission.type === "admitted") {
        admission.release();
      }
      return admission.type;
    }),
  );
}

describe("ConcurrencyGroups", () => {
  it("lets a newer one take the place of the one that waits", async () => {
    const groups = new ConcurrencyGroups();

    const pending = [groups.enter(aWish()), groups.enter(aWish()), groups.enter(aWish())];

    expect(await types(pending)).toEqual(["admitted", "superseded", "admitted"]);
  });

  it("lets all wait, in order, with queue max", async () => {
    const groups = new ConcurrencyGroups();
    const order: number[] = [];

    const pending = [1, 2, 3].map((number) => {
      const item = groups.enter(aWish({ queue: "max" }));
      void item.admission.then(() => order.push(number));
      return item;
    });

    expect(await types(pending)).toEqual(["admitted", "admitted", "admitted"]);
    expect(order).toEqual([1, 2, 3]);
  });

  it("lets at most 100 wait", async () => {
    const groups = new ConcurrencyGroups();

    const pending = Array.from({ length: 102 }, () => groups.enter(aWish({ queue: "max" })));

    const answers = await types(pending);
    expect(answers.filter((type) => type === "superseded")).toHaveLength(1);
    expect(answers.at(-1)).toBe("superseded");
  });

  it("compares names without case", async () => {
    const groups = new ConcurrencyGroups();
    groups.enter(aWish({ group: "Deploy" }));

    const second = groups.enter(aWish({ group: "deploy" }));
    groups.enter(aWish({ group: "DEPLOY" }));

    expect(await second.admission).toEqual({ type: "superseded" });
  });

  it("keeps other groups apart", async () => {
    const groups = new ConcurrencyGroups();
    groups.enter(aWish({ group: "a" }));

    const other = groups.enter(aWish({ group: "b" }));

    expect(await other.admission).toMatchObject({ type: "admitted" });
  });

  it("cancels the holder when a newer one asks for it, and waits for its end", async () => {
    const groups = new ConcurrencyGroups();
    const steps: string[] = [];
    const holder = groups.enter(aWish({ cancelHolder: () => steps.push("cancelled") }));

    const newer = groups.enter(aWish({ cancelInProgress: true }));
    void newer.admission.then(() => steps.push("admitted"));
    await Promise.resolve();
    steps.push("released");
    await release(holder);
    await newer.admission;

    expect(steps).toEqual(["cancelled", "released", "admitted"]);
  });

  it("forgets one that withdraws", async () => {
    const groups = new ConcurrencyGroups();
    const holder = groups.enter(aWish());
    const waiting = groups.enter(aWish());

    waiting.withdraw();

    expect(await waiting.admission).toEqual({ type: "superseded" });
    await release(holder);
    expect(await groups.enter(aWish()).admission).toMatchObject({ type: "admitted" });
  });
});
