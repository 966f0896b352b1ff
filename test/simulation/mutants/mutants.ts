import { ADMISSION_MUTANTS } from "./admission.ts";
import { ATTEMPTS_MUTANTS } from "./attempts.ts";
import { MANUAL_FIX_MUTANTS } from "./manual-fix.ts";
import type { Mutant } from "./mutant.ts";
import { RERUNS_MUTANTS } from "./reruns.ts";
import { SIGNALS_MUTANTS } from "./signals.ts";
import { SLOTS_MUTANTS } from "./slots.ts";
import { WRITES_MUTANTS } from "./writes.ts";

/** The mistakes that are most likely to be made here; each must be caught within a few hundred histories. */
export const MUTANTS: readonly Mutant[] = [
  ...ATTEMPTS_MUTANTS,
  ...ADMISSION_MUTANTS,
  ...SLOTS_MUTANTS,
  ...WRITES_MUTANTS,
  ...SIGNALS_MUTANTS,
  ...RERUNS_MUTANTS,
  ...MANUAL_FIX_MUTANTS,
];
