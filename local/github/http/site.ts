import type { Hub } from "../domain/hub.ts";
import type { FaultScript } from "./faults.ts";
import type { Halts } from "./halts.ts";
import type { Meter } from "./meter.ts";

/** Everything the doors of the server share. */
export interface Site {
  readonly hub: Hub;
  readonly meter: Meter;
  readonly faults: FaultScript;
  readonly halts: Halts;
}
