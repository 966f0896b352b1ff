import { lowBudget } from "../core/plan/schedule.ts";
import type { TickPlan } from "../core/plan/tick-plan.ts";
import { formatStatusReply } from "../core/text/status-reply.ts";
import { makeWriter, type WriterPorts } from "./writer.ts";

export interface ReplyInputs {
  readonly tick: TickPlan;
  /** Where `/status` was said. */
  readonly issue: number;
  /** Id of the comment that said it: it is answered once. */
  readonly comment: number;
  readonly runId: number;
  readonly dryRun: boolean;
}

/**
 * Answers a writer's `/status` with one comment [O07]; whether it is a writer's was asked before.
 * Nothing is journalled, and below `api.floor` nothing is written [F34].
 */
export async function replyStatus(ports: WriterPorts, inputs: ReplyInputs): Promise<void> {
  const { tick, issue, comment, runId } = inputs;
  const low = lowBudget(tick.apiRemaining, tick.configuration.api.floor);
  if (low !== undefined) {
    ports.log.warning(
      `'status' on #${issue} is not answered: only ${low.remaining} API requests are left this hour, fewer than 'api.floor' (${low.floor}). The summary of this job says the same.`,
    );
    return;
  }
  const journal = await ports.journal.read();
  const runUrl = `${tick.repository.url}/actions/runs/${runId}`;
  const body = formatStatusReply({ tick, journal, issue, runUrl });
  await makeWriter(ports, inputs).effects([
    { type: "comment-once", issue, key: `status-${comment}`, body },
  ]);
}
