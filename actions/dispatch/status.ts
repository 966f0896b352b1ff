import { connectJob, openJournal } from "../../src/adapters/actions/connect.ts";
import type { TickPlan } from "../../src/core/plan/tick-plan.ts";
import { replyStatus } from "../../src/stages/reply-status.ts";
import { readCommentEvent } from "./comment-event.ts";

/** Answers the comment of the event from the plan of the step before. */
export async function runReply(tick: TickPlan): Promise<void> {
  const connection = await connectJob({ type: "configuration" });
  const { comment, issue } = await readCommentEvent(connection.job.eventPath);
  await replyStatus(
    { ...connection, journal: openJournal(connection, tick.configuration) },
    {
      tick,
      issue: issue.number,
      comment: comment.id,
      runId: connection.run.runId,
      dryRun: connection.dryRun,
    },
  );
}
