import type { GitHubEvent } from "./github-connection.ts";
import { UnsupportedError } from "./unsupported.ts";
import { textsAt, type Mapping } from "./value.ts";
import type { WorkflowFile } from "./workflow-file.ts";

/** The activity types that start a workflow when it names none; `undefined` means all. */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[] | undefined>> = {
  issues: undefined,
  issue_comment: undefined,
  pull_request: ["opened", "synchronize", "reopened"],
};

/** Whether the event starts a workflow with these triggers that lies at `path`. */
export function isTriggered(on: WorkflowFile["on"], path: string, event: GitHubEvent): boolean {
  const configuration = on[event.name];
  if (configuration === undefined) {
    return false;
  }
  if (event.name === "workflow_dispatch") {
    return event.workflowPath === path;
  }
  if (event.name === "schedule") {
    return true;
  }
  return hasType(configuration, path, event);
}

function hasType(configuration: Mapping, path: string, event: GitHubEvent): boolean {
  const filter = Object.keys(configuration).find((key) => key !== "types");
  if (filter !== undefined) {
    throw new UnsupportedError(`${path}: the key 'on.${event.name}.${filter}' is not emulated.`);
  }
  const types =
    configuration["types"] === undefined
      ? DEFAULT_TYPES[event.name]
      : textsAt(configuration, "types");
  return types === undefined || (event.action !== undefined && types.includes(event.action));
}
