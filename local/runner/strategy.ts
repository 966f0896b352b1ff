import { coerceText, type Scope } from "./expressions.ts";
import type { JobDefinition } from "./job-definition.ts";
import { expandMatrix, legLabel } from "./matrix.ts";
import { evaluateText, evaluateValue } from "./template.ts";
import { InvalidFileError } from "./unsupported.ts";
import type { Mapping } from "./value.ts";

export interface Strategy {
  /** One empty matrix for a job without strategy. */
  readonly matrices: readonly Mapping[];
  readonly failFast: boolean;
  readonly maxParallel: number;
}

/** Evaluates a job's strategy, which sees github, inputs, vars and needs. */
export function evaluateStrategy(job: JobDefinition, scope: Scope): Strategy {
  if (job.strategy === undefined) {
    return { matrices: [{}], failFast: true, maxParallel: 1 };
  }
  const strategy = job.strategy;
  const matrix = evaluateValue(strategy["matrix"] ?? null, scope);
  const matrices = matrix === null ? [{}] : expandMatrix(matrix);
  const limit = evaluateValue(strategy["max-parallel"] ?? matrices.length, scope);
  const maxParallel = Number(limit);
  if (!Number.isInteger(maxParallel) || maxParallel < 1) {
    throw new InvalidFileError(
      `Job '${job.id}': 'max-parallel' must be a whole number above 0, but is '${coerceText(limit)}'.`,
    );
  }
  return {
    matrices,
    failFast: evaluateValue(strategy["fail-fast"] ?? true, scope) !== false,
    maxParallel,
  };
}

/** The name GitHub shows: legs without an expression in their name get their values appended. */
export function legName(job: JobDefinition, matrix: Mapping, scope: Scope): string {
  const name = job.name === undefined ? job.id : evaluateText(job.name, scope);
  const label = job.name?.includes("${{") === true ? "" : legLabel(matrix);
  return label === "" ? name : `${name} (${label})`;
}
