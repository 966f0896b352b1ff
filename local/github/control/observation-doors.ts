import { ApiError } from "../domain/api-error.ts";
import { formatState, parseState } from "../domain/snapshot.ts";
import type { Fault } from "../http/faults.ts";
import type { Halt } from "../http/halts.ts";
import { type Door, optional, required } from "./door.ts";

const LONGEST_WAIT_SECONDS = 20;

/** What a test watches and turns: counters, faults, halts, the clock, snapshots. */
export const OBSERVATION_DOORS: readonly Door[] = [
  {
    method: "GET",
    path: "/requests",
    handle: ({ site: { meter } }) => ({
      product: meter.product,
      people: meter.people,
      refused: meter.refused,
    }),
  },
  {
    method: "POST",
    path: "/faults",
    handle: (call) => {
      const faults: readonly Fault[] = JSON.parse(call.text);
      call.site.faults.add(faults);
      return {};
    },
  },
  {
    method: "DELETE",
    path: "/faults",
    handle: (call) => {
      call.site.faults.clear();
      return {};
    },
  },
  {
    method: "POST",
    path: "/halts",
    handle: (call) => {
      const halt: Halt = JSON.parse(call.text);
      call.site.halts.arm(halt);
      return {};
    },
  },
  {
    method: "GET",
    path: "/halts",
    handle: async (call) => {
      const seconds = Number(call.query.get("wait") ?? LONGEST_WAIT_SECONDS);
      return { halted: await call.site.halts.halted(Math.min(seconds, LONGEST_WAIT_SECONDS)) };
    },
  },
  {
    method: "DELETE",
    path: "/halts",
    handle: (call) => {
      call.site.halts.drop();
      return {};
    },
  },
  {
    method: "PUT",
    path: "/clock",
    handle: (call) => {
      const { hub } = call.site;
      const now = optional(call, "now");
      if (now !== undefined && Number.isNaN(Date.parse(now))) {
        throw new ApiError(422, `'${now}' is not a time.`);
      }
      hub.state.fixedNow = now;
      hub.state.clockAheadSeconds = Number(optional(call, "aheadSeconds") ?? 0);
      return { now: hub.now() };
    },
  },
  {
    method: "GET",
    path: "/snapshot",
    handle: async ({ site: { hub } }) => ({
      state: formatState(hub.state),
      gitCopy: await hub.git.save(),
    }),
  },
  {
    method: "POST",
    path: "/restore",
    handle: async (call) => {
      const { hub } = call.site;
      await hub.git.restore(required(call, "gitCopy"));
      hub.state = parseState(required(call, "state"));
      hub.feed.wake();
      return {};
    },
  },
];
