import { readFile } from "node:fs/promises";

import * as v from "valibot";

const commentEvent = v.object({
  comment: v.object({
    id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    body: v.string(),
    created_at: v.string(),
    user: v.object({ login: v.string() }),
  }),
  issue: v.object({ number: v.number() }),
});

export type CommentEvent = v.InferOutput<typeof commentEvent>;

/** The comment that started this run; throws when something else did. */
export async function readCommentEvent(eventPath: string | undefined): Promise<CommentEvent> {
  const event: unknown = JSON.parse(await readFile(eventPath ?? "", "utf8"));
  return v.parse(commentEvent, event);
}
