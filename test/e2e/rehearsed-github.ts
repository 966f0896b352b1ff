import { beforeAll, describe, expect, it } from "vitest";

import type { FinishedRehearsal } from "./finished-rehearsal.ts";
import { type ReadBack, stateLabels } from "./read-back.ts";
import { readGit } from "./read-git.ts";
import type { RehearsalDocument } from "./rehearsal-document.ts";
import { BLOCKED, branchOf, DELIVERED, NEEDS_HUMAN, SAMPLE, UNTOUCHED } from "./sample-issues.ts";

/** What people see of the rehearsal. */
export function describeGitHub(finished: () => FinishedRehearsal): void {
  describe("GitHub, read back over HTTP", () => {
    let rehearsal: RehearsalDocument;
    let shown: ReadBack;
    let outcomeOf: FinishedRehearsal["outcomeOf"];
    let headOf: FinishedRehearsal["headOf"];

    beforeAll(() => {
      ({ rehearsal, shown, outcomeOf, headOf } = finished());
    });

    it("has one pull request for each delivered issue, and no other", async () => {
      const all = await shown.pulls();

      const heads = all.map(({ head }) => head.ref).toSorted();
      expect(heads).toEqual(DELIVERED.map(branchOf).toSorted());
    });

    it.each(DELIVERED)(
      "shows #$number closed as completed by its merged pull request [C16]",
      async (issue) => {
        const pull = await shown.pull(outcomeOf(issue.number).pullRequest);
        const seen = await shown.issue(issue.number);
        const sha = await readGit(rehearsal.where.repository, "rev-parse", headOf(issue));

        expect(pull).toMatchObject({
          draft: false,
          user: { login: "github-actions[bot]" },
          head: { ref: branchOf(issue), sha },
          labels: [{ name: "ready-to-merge" }],
        });
        expect(pull.merged_at).toEqual(expect.any(String));
        expect(pull.title).toContain(`(#${issue.number})`);
        expect(pull.body).toMatch(new RegExp(`\nCloses #${issue.number}\n$`));
        expect(pull.body).toContain("- [x] tests pass");
        expect(pull.milestone?.title).toBe(issue.milestone);
        expect(seen).toMatchObject({ state: "closed", state_reason: "completed" });
        expect(stateLabels(seen)).toEqual(["state:completed"]);
      },
    );

    it.each([...DELIVERED, ...NEEDS_HUMAN])(
      "has one status comment on #$number, by the bot [V10b, F10]",
      async (issue) => {
        const comments = (await shown.comments(issue.number)).filter(({ body }) =>
          body.startsWith("<!-- water-spider:status -->"),
        );

        expect(comments).toHaveLength(1);
        expect(comments[0]?.user.login).toBe("github-actions[bot]");
        expect(comments[0]?.body).toMatch(
          /^<!-- water-spider:status -->\n\*\*(Completed|A person is needed)\*\*/,
        );
      },
    );

    it.each([...DELIVERED, ...NEEDS_HUMAN])(
      "asks for a person once on #$number if one is needed, and else never [V11]",
      async (issue) => {
        const asked = (await shown.comments(issue.number)).filter(({ body }) =>
          body.includes("A person is needed here"),
        );

        expect(asked).toHaveLength(NEEDS_HUMAN.includes(issue) ? 1 : 0);
      },
    );

    it.each(NEEDS_HUMAN)(
      "leaves #$number open for a person, with the reason [F75]",
      async (issue) => {
        const seen = await shown.issue(issue.number);

        expect(seen.state).toBe("open");
        expect(stateLabels(seen)).toEqual(["state:failed"]);
        expect((await shown.comments(issue.number))[0]?.body).toContain("`npm test`");
      },
    );

    it.each(BLOCKED)("shows #$number blocked, and says so once", async (issue) => {
      const seen = await shown.issue(issue.number);

      expect(seen.state).toBe("open");
      expect(stateLabels(seen)).toEqual(["state:blocked"]);
      expect(seen.comments).toBeLessThanOrEqual(1);
    });

    it.each(UNTOUCHED)("leaves #$number as it was", async (issue) => {
      const seen = await shown.issue(issue.number);

      expect(seen).toMatchObject({ state: "open", comments: 0 });
      expect(seen.labels.map(({ name }) => name).toSorted()).toEqual(issue.labels.toSorted());
    });

    it("keeps the labels that people set, beside one state label [F17]", async () => {
      for (const { number, labels } of SAMPLE.issues) {
        const names = (await shown.issue(number)).labels.map(({ name }) => name);
        expect(names).toEqual(expect.arrayContaining(labels));
        expect(names.length).toBeLessThanOrEqual(labels.length + 1);
      }
    });

    it("shows the milestone's progress below what its people wrote [R08]", async () => {
      const seen = await shown.milestone(1);

      expect(seen.open_issues).toBe(0);
      expect(seen.description).toContain(SAMPLE.milestones[0]?.description);
      expect(seen.description).toContain("Progress: 100.0 %");
    });
  });
}
