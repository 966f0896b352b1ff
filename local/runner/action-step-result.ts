import type { StepEnding } from "./job-context.ts";
import type { Mapping } from "./value.ts";

/** What one use of an action came to. */
export interface ActionResult {
  readonly ending: StepEnding;
  readonly outputs: Mapping;
}
