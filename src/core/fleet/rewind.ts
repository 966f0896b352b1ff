import type { JournalFact } from "../journal/events.ts";
import type { FleetPause, JournalState } from "../journal/records.ts";

/**
 * Returns the pause that a rewound or vanished journal asks for: an earlier tick saw `rememberedSeq`
 * events, and now there are fewer [F109]. `undefined` when nothing is missing, nothing is remembered,
 * or a person resumed after just that: the memory is a cache, so nobody may be held by it for ever.
 */
export function decideRewind(
  { seq, fleet }: JournalState,
  rememberedSeq: number | undefined,
): FleetPause | undefined {
  const known = Math.max(seq, fleet.acknowledgedSeq ?? 0);
  if (rememberedSeq === undefined || rememberedSeq <= known) {
    return undefined;
  }
  const what =
    seq === 0
      ? `The journal is gone; it had ${rememberedSeq} events.`
      : `The journal was set back from event ${rememberedSeq} to ${seq}.`;
  return {
    reason: "journal-rewound",
    detail: `${what} Push the last good commit to its ref, or resume to go on without what is lost.`,
    until: undefined,
    baseSha: undefined,
    seenSeq: rememberedSeq,
  };
}

/** The same on the journal's tip: nothing when it came back, or when it is held for this already. */
export function rewindFactDue(pause: FleetPause, tip: JournalState): JournalFact | undefined {
  const isHeld = isHeldForRewind(tip);
  return isHeld || decideRewind(tip, pause.seenSeq) === undefined
    ? undefined
    : { type: "paused", pause, by: undefined };
}

/** Whether nothing may be concluded from this journal: it lacks what a person has to bring back. */
export function isHeldForRewind({ fleet }: Pick<JournalState, "fleet">): boolean {
  return fleet.pause?.reason === "journal-rewound";
}
