import * as v from "valibot";

const time = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The document of `npm start -- --json`, exactly: a key more or less is a change of the interface. */
export const rehearsalDocument = v.strictObject({
  ok: v.boolean(),
  mismatches: v.array(v.string()),
  errors: v.array(v.string()),
  issues: v.array(
    v.strictObject({
      number: count,
      title: v.string(),
      priority: v.string(),
      outcome: v.string(),
      attempts: count,
      score: v.nullable(v.number()),
      pullRequest: v.nullable(count),
      blockedBy: v.array(count),
      startedAt: v.nullable(time),
      finishedAt: v.nullable(time),
    }),
  ),
  maxConcurrentSessions: count,
  ticks: count,
  apiRequests: v.strictObject({ rest: count, graphql: count, git: count, contentCreating: count }),
  wallSeconds: v.number(),
  agent: v.strictObject({ binary: v.string(), version: v.string() }),
  standIns: v.array(v.string()),
  where: v.strictObject({
    folder: v.string(),
    repository: v.string(),
    diffs: v.string(),
    logs: v.string(),
    commands: v.array(v.string()),
  }),
});

export type RehearsalDocument = v.InferOutput<typeof rehearsalDocument>;
