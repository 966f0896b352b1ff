import { parse } from "yaml";

import { emitEngine } from "../shapes/webhook-events.ts";
import { type Fields, fieldsIn } from "../untyped.ts";
import type { Actor } from "./access.ts";
import { ApiError, notFound } from "./api-error.ts";
import type { Hub } from "./hub.ts";
import { createRun } from "./runs.ts";
import { type Repository, type Run } from "./state.ts";

export interface DispatchRequest {
  /** File name of the workflow, e.g. `water-spider.yml`. */
  readonly file: string;
  readonly ref: string;
  readonly inputs: Fields;
}

/** Starts a run of a workflow file, read from git at the ref. The engine picks it up as an event. */
export async function dispatchWorkflow(
  hub: Hub,
  actor: Actor,
  repository: Repository,
  request: DispatchRequest,
): Promise<Run> {
  const git = hub.git.repository(repository.owner, repository.name);
  const workflowPath = `.github/workflows/${request.file}`;
  // GitHub knows a workflow only once the default branch has it.
  if ((await git.readFile(repository.defaultHeadSha, workflowPath)) === undefined) {
    throw notFound();
  }
  const ref =
    (await git.readRef(fullRef(request.ref))) ?? (await git.readRef(`refs/tags/${request.ref}`));
  const sha = ref === undefined ? undefined : await git.resolve(ref.sha, "commit");
  if (ref === undefined || sha === undefined) {
    throw new ApiError(422, `No ref found for: ${request.ref}`);
  }
  const text = await git.readFile(sha, workflowPath);
  const workflow = fieldsIn(text === undefined ? undefined : parse(text, { merge: false }));
  const inputs = checkInputs(dispatchTrigger(workflow), request.inputs);
  const run = createRun(hub, repository, {
    workflowPath,
    workflowName: typeof workflow["name"] === "string" ? workflow["name"] : workflowPath,
    event: "workflow_dispatch",
    actor: actor.user,
    headSha: sha,
    headBranch: ref.name.replace(/^refs\/(heads|tags)\//, ""),
  });
  emitEngine(hub, actor.user, repository, {
    name: "workflow_dispatch",
    runId: run.id,
    workflowPath,
    inputs,
    ref: ref.name,
    sha,
    payload: { inputs, ref: ref.name, workflow: workflowPath },
  });
  return run;
}

function fullRef(ref: string): string {
  return ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
}

/** The `workflow_dispatch` block, empty when it has no settings. */
function dispatchTrigger(workflow: Fields): Fields {
  const on = workflow["on"];
  if (on === "workflow_dispatch" || (Array.isArray(on) && on.includes("workflow_dispatch"))) {
    return {};
  }
  const triggers = fieldsIn(on);
  if (!Object.hasOwn(triggers, "workflow_dispatch")) {
    throw new ApiError(422, "Workflow does not have 'workflow_dispatch' trigger");
  }
  return fieldsIn(triggers["workflow_dispatch"]);
}

function checkInputs(trigger: Fields, given: Fields): Record<string, string> {
  const declared = fieldsIn(trigger["inputs"]);
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unexpected.length > 0) {
    throw new ApiError(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  }
  const inputs: Record<string, string> = {};
  for (const [name, declaration] of Object.entries(declared)) {
    const input = fieldsIn(declaration);
    const value = scalar(given[name]) ?? scalar(input["default"]);
    if (input["required"] === true && (value === undefined || value === "")) {
      throw new ApiError(422, `Required input '${name}' not provided`);
    }
    const options = input["options"];
    if (Array.isArray(options) && value !== undefined && !options.map(String).includes(value)) {
      const message = `Provided value '${value}' for input '${name}' not in the list of allowed values`;
      throw new ApiError(422, message);
    }
    inputs[name] = value ?? (input["type"] === "boolean" ? "false" : "");
  }
  return inputs;
}

function scalar(value: unknown): string | undefined {
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  return isScalar ? String(value) : undefined;
}
