import { beforeEach, describe, expect, it } from "vitest";

import { JournalIncidentError } from "../../../src/adapters/git/git-journal.ts";
import { approval, JOURNAL_REF, JournalRemote } from "./journal-remote.ts";

describe("GitJournal when somebody else wrote to the ref", () => {
  let remote: JournalRemote;

  beforeEach(async () => {
    remote = await JournalRemote.create();
  });

  it("holds everything when the journal was rewound [F109]", async () => {
    const journal = await remote.newWriter();
    await journal.append(() => approval(12));
    const first = await remote.tip();
    await journal.append(() => approval(13));
    await remote.git.run(["update-ref", JOURNAL_REF, first ?? ""]);

    await expect(journal.read()).rejects.toThrow(JournalIncidentError);
    await expect(journal.append(() => approval(14))).rejects.toThrow(/rewound from event 2 to 1/);
    expect(await remote.tip()).toBe(first);
  });

  it("holds everything when the last event was replaced by another [F109]", async () => {
    const journal = await remote.newWriter();
    await journal.append(() => approval(12));
    const first = await remote.tip();
    await journal.append(() => approval(13));
    await remote.git.run(["update-ref", JOURNAL_REF, first ?? ""]);
    await (await remote.newWriter()).append(() => approval(66));

    await expect(journal.read()).rejects.toThrow(JournalIncidentError);
  });

  it("holds everything when the journal vanished [F109]", async () => {
    const journal = await remote.newWriter();
    await journal.append(() => approval(12));
    await remote.git.run(["update-ref", "-d", JOURNAL_REF]);

    await expect(journal.append(() => approval(13))).rejects.toThrow(/vanished after event 1/);
    expect(await remote.tip()).toBeUndefined();
  });

  it("refuses a journal without fleet.json, and an empty one [F109]", async () => {
    await remote.forge(new Map([["README.md", "hello"]]));
    await expect((await remote.newWriter()).read()).rejects.toThrow(/has no fleet\.json/);

    await remote.forge(new Map());
    await expect((await remote.newWriter()).read()).rejects.toThrow(JournalIncidentError);
  });

  it("refuses a fleet record that cannot be read", async () => {
    await remote.forge(new Map([["fleet.json", Buffer.from([0xff, 0xfe, 0x00])]]));

    await expect((await remote.newWriter()).read()).rejects.toThrow(JournalIncidentError);
  });

  it("holds the one issue whose record is no UTF-8, and goes on with the others [N04]", async () => {
    const journal = await remote.newWriter();
    await journal.append(() => approval(12));
    await journal.append(() => approval(13));
    await remote.plant("issues/12/12.json", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));

    const reader = await remote.newWriter();
    const state = await reader.read();
    const appended = await reader.append(() => approval(13));

    expect([...state.unreadable.keys()]).toEqual([12]);
    expect([...state.issues.keys()]).toEqual([13]);
    expect([...(appended?.state.unreadable.keys() ?? [])]).toEqual([12]);
  });

  it("reads paths and texts as they are, whatever characters they hold", async () => {
    const journal = await remote.newWriter();
    await journal.append(() => approval(12));
    await remote.plant("history/ä\tö.txt", Buffer.from("x\0y\n"));

    const state = await (await remote.newWriter()).read();

    expect([...state.issues.keys()]).toEqual([12]);
  });
});
