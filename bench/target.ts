/** Something that a bench has to show. */
export interface Target {
  readonly target: string;
  readonly measured: string;
  readonly isMet: boolean;
}

export function formatTargets(targets: readonly Target[]): readonly string[] {
  return targets.map(
    ({ target, measured, isMet }) => `${isMet ? "met    " : "NOT MET"}  ${target}: ${measured}`,
  );
}
