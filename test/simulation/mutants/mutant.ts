import { applyEvent } from "../../../src/core/journal/fold.ts";
import type { TickPlan } from "../../../src/core/plan/tick-plan.ts";
import type { Journal } from "../../../src/ports/journal.ts";
import type { World } from "../../../src/ports/world.ts";
import type { PureWorld } from "../../world/pure-world.ts";
import type { Leg } from "../runs.ts";
import type { SharedJournal } from "../shared-journal.ts";

export type JobKind = "plan" | "session" | "finalize" | "command";

/** A planted mistake: what it puts in the place of a port, of a stage's result, or of a pure function. */
export interface Mutant {
  readonly name: string;
  /** The mistake, in words. */
  readonly mistake: string;
  readonly ignoresLease?: boolean;
  readonly fold?: typeof applyEvent;
  readonly losesKicks?: boolean;
  readonly journal?: (
    journal: Journal,
    at: { readonly job: JobKind; readonly leg: Leg | undefined; readonly shared: SharedJournal },
  ) => Journal;
  readonly world?: (
    world: World,
    at: { readonly job: JobKind; readonly leg: Leg | undefined; readonly model: PureWorld },
  ) => World;
  readonly tick?: (
    tick: TickPlan,
    at: { readonly model: PureWorld; readonly shared: SharedJournal },
  ) => TickPlan;
}
