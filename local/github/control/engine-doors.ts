import { found } from "../domain/hub.ts";
import { carryJobs } from "../domain/reruns.ts";
import { createRun, latestAttempt, reportJob } from "../domain/runs.ts";
import { emitEngine } from "../shapes/webhook-events.ts";
import { textFieldsIn, textsIn } from "../untyped.ts";
import { type Door, type DoorCall, optional, repositoryNamed, required } from "./door.ts";

const LONGEST_POLL_SECONDS = 20;

/** What the workflow engine needs: events to read, runs and jobs to report, tokens for jobs. */
export const ENGINE_DOORS: readonly Door[] = [
  {
    method: "GET",
    path: "/events",
    handle: async (call) => {
      const { hub } = call.site;
      const after = Number(call.query.get("after") ?? 0);
      const seconds = Number(call.query.get("wait") ?? LONGEST_POLL_SECONDS);
      const wait = Math.min(seconds, LONGEST_POLL_SECONDS);
      return await hub.feed.after(() => hub.state, after, wait);
    },
  },
  {
    method: "POST",
    path: "/schedule",
    handle: (call) => {
      const { hub } = call.site;
      const repository = repositoryNamed(call, required(call, "repository"));
      const owner = found(hub.userByLogin(repository.owner));
      emitEngine(hub, owner, repository, {
        name: "schedule",
        ref: `refs/heads/${repository.defaultBranch}`,
        sha: repository.defaultHeadSha,
      });
      return {};
    },
  },
  {
    method: "POST",
    path: "/job-tokens",
    handle: (call) => {
      const { hub } = call.site;
      const repository = repositoryNamed(call, required(call, "repository"));
      const token = hub.newSecret("ghs_");
      hub.state.tokens.set(token, {
        kind: "job",
        token,
        repositoryId: repository.id,
        permissions: textFieldsIn(call.body["permissions"]),
        runId: Number(optional(call, "runId") ?? 0),
        jobId: optional(call, "jobId") ?? "",
      });
      return { token };
    },
  },
  {
    method: "DELETE",
    path: "/job-tokens/:token",
    handle: (call) => {
      call.site.hub.state.tokens.delete(call.path["token"] ?? "");
      return {};
    },
  },
  { method: "POST", path: "/runs", handle: startRun },
  { method: "PATCH", path: "/runs/:id", handle: updateRun },
  { method: "PUT", path: "/runs/:id/jobs", handle: updateJob },
  {
    method: "POST",
    path: "/runs/:id/carried-jobs",
    handle: (call) => {
      const { hub } = call.site;
      carryJobs(hub, hub.run(Number(call.path["id"])), required(call, "key"));
      return {};
    },
  },
];

function startRun(call: DoorCall): unknown {
  const { hub } = call.site;
  const repository = repositoryNamed(call, required(call, "repository"));
  const run = createRun(hub, repository, {
    workflowPath: required(call, "workflowPath"),
    workflowName: required(call, "workflowName"),
    event: required(call, "event"),
    actor: found(hub.userByLogin(required(call, "actor"))),
    headSha: required(call, "headSha"),
    headBranch: required(call, "headBranch"),
  });
  return { runId: run.id, runNumber: run.number };
}

function updateRun(call: DoorCall): unknown {
  const { hub } = call.site;
  const run = hub.run(Number(call.path["id"]));
  const attempt = latestAttempt(run);
  attempt.status = required(call, "status");
  attempt.conclusion = optional(call, "conclusion") ?? attempt.conclusion;
  attempt.updatedAt = hub.now();
  return { runId: run.id, runNumber: run.number };
}

function updateJob(call: DoorCall): unknown {
  const { hub } = call.site;
  const job = reportJob(hub, hub.run(Number(call.path["id"])), {
    key: required(call, "key"),
    name: required(call, "name"),
    status: required(call, "status"),
    conclusion: optional(call, "conclusion"),
    startedAt: optional(call, "startedAt"),
    completedAt: optional(call, "completedAt"),
    runnerName: optional(call, "runnerName"),
    labels: textsIn(call.body["labels"]),
  });
  return { jobId: job.id };
}
