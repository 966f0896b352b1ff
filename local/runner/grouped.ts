import type { Cancellation } from "./cancellation.ts";
import { isTruthy, type Scope } from "./expressions.ts";
import type { ConcurrencyDefinition } from "./job-definition.ts";
import type { EngineServices } from "./run-context.ts";
import { evaluateText, evaluateValue } from "./template.ts";
import { InvalidFileError } from "./unsupported.ts";

export interface GroupedWork<T> {
  /** `undefined`: no group, the work starts at once. */
  readonly definition: ConcurrencyDefinition | undefined;
  readonly scope: Scope;
  readonly heldGroups: readonly string[];
  /** Withdraws from the queue when requested, and is requested when a newer one wants the group. */
  readonly cancellation: Cancellation;
  /** Whether the work stays in the queue although it is cancelled. */
  readonly goesOn: () => boolean;
  readonly work: (heldGroups: readonly string[]) => Promise<T>;
}

/** Does the work while it holds its concurrency group; `undefined` when it never got the group. */
export async function runGrouped<T>(
  services: EngineServices,
  grouped: GroupedWork<T>,
): Promise<T | undefined> {
  const { definition, scope, heldGroups, cancellation } = grouped;
  if (definition === undefined) {
    return grouped.work(heldGroups);
  }
  const group = evaluateText(definition.group, scope);
  if (heldGroups.includes(group.toLowerCase())) {
    throw new InvalidFileError(
      `Canceling since a deadlock for concurrency group '${group}' was detected between this and a calling workflow.`,
    );
  }
  const pending = services.groups.enter({
    group,
    cancelInProgress: isTruthy(evaluateValue(definition.cancelInProgress, scope)),
    queue: definition.queue,
    cancelHolder: () => cancellation.request(),
  });
  const unsubscribe = cancellation.onRequest(() => {
    if (!grouped.goesOn()) {
      pending.withdraw();
    }
  });
  const unsubscribeHalt = services.halt.onRequest(pending.withdraw);
  const admission = await pending.admission;
  unsubscribe();
  unsubscribeHalt();
  if (admission.type === "superseded") {
    return undefined;
  }
  try {
    return await grouped.work([...heldGroups, group.toLowerCase()]);
  } finally {
    admission.release();
  }
}
