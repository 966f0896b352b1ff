import type { Seen } from "../../local/rehearsal/sighting.ts";
import type { Scenario } from "./kill-sweep.ts";
import type { KillPoint } from "./kill-switch.ts";
import type { KillWorld } from "./kill-world.ts";

/** Of a finalize that was killed before its first write: the push of result and branch. */
export const BEFORE_FIRST_WRITE: KillPoint = {
  at: "request",
  jobPattern: "/ finalize$",
  counts: "writes",
  number: 1,
  when: "before",
};

/** Right before and right after each write of a job, one after the other. */
function writesOf(job: string): Scenario["point"] {
  return (index) => ({
    at: "request",
    jobPattern: `/ ${job}$`,
    counts: "writes",
    number: 1 + Math.floor(index / 2),
    when: index % 2 === 0 ? "before" : "after",
  });
}

/** While the agent works, while the checks run, and at each of the session's requests. */
function stagesOfSession(index: number): KillPoint {
  const stage = (["agent", "checks"] as const)[index];
  return stage === undefined
    ? {
        at: "request",
        jobPattern: "/ session$",
        counts: "requests",
        number: index - 1,
        when: "before",
      }
    : { at: "stage", stage };
}

function isDelivered({ pullRequests }: Seen): boolean {
  return pullRequests.size > 0;
}

function isClosed({ issues }: Seen): boolean {
  return [...issues.values()].every(({ open }) => !open);
}

async function oneIssue(world: KillWorld): Promise<number> {
  return await world.addIssue("Add a line", "Add a line to `done.txt`.");
}

/** Every action, killed in the shortest history that has all of its writes. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "dispatch",
    point: writesOf("plan"),
    fewestPoints: 8,
    end: "completed",
    // The claim of a dispatch that died is given back: no session was started for it.
    maxAttempts: 1,
    play: async (world, arm) => {
      await arm();
      await world.trigger(await oneIssue(world));
      await world.untilQuiet({ merges: true, isDone: isClosed });
    },
  },
  {
    name: "dispatch after a dead finalize",
    point: writesOf("plan"),
    fewestPoints: 6,
    end: "delivered",
    // When it dies between the event and the re-run, nobody asks again, and the work is done anew.
    maxAttempts: 2,
    play: async (world, arm) => {
      await world.kills.arm(BEFORE_FIRST_WRITE);
      await world.trigger(await oneIssue(world));
      await world.until((event) => {
        return event.type === "job-finished" && event.name.endsWith(" / finalize");
      });
      await world.kills.disarm();
      await arm();
      await world.untilQuiet({ merges: false, isDone: isDelivered });
    },
  },
  {
    name: "run-session",
    point: stagesOfSession,
    fewestPoints: 6,
    end: "delivered",
    maxAttempts: 2,
    play: async (world, arm) => {
      await arm();
      await world.trigger(await oneIssue(world));
      await world.untilQuiet({ merges: false, isDone: isDelivered });
    },
  },
  {
    name: "finalize",
    point: writesOf("finalize"),
    fewestPoints: 8,
    end: "delivered",
    maxAttempts: 1,
    play: async (world, arm) => {
      await arm();
      await world.trigger(await oneIssue(world));
      await world.untilQuiet({ merges: false, isDone: isDelivered });
    },
  },
  {
    name: "command",
    point: writesOf("command"),
    fewestPoints: 4,
    end: "delivered",
    maxAttempts: 1,
    play: async (world, arm) => {
      await arm();
      const issue = await oneIssue(world);
      for (const command of ["pause", "resume"]) {
        await world.command(command);
        // Who sees that a command died says it again.
        await world.command(command);
      }
      await world.trigger(issue);
      await world.untilQuiet({ merges: false, isDone: isDelivered });
    },
  },
];
