import type { EngineEvent } from "../runner/engine-events.ts";
import { priorityOf } from "./outcome.ts";
import { followEvent, followSighting, startProgress, type Progress } from "./progress.ts";
import type { Sample } from "./sample.ts";
import { lookAt, stateOf, type Seen } from "./sighting.ts";
import { openProgressView } from "./terminal.ts";
import type { World } from "./world.ts";

/** Somebody who follows the rehearsal and draws it. */
export interface Watch {
  readonly progress: () => Progress;
  /** What went wrong in runs, one sentence each; the product may have recovered from it. */
  readonly errors: () => readonly string[];
  /** Takes a look at GitHub. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
}

/** More than these only repeat what is wrong. */
const MAX_ERRORS = 20;

/** Follows the engine's events from now on, and what GitHub shows whenever `look` is called. */
export function openWatch(world: World, sample: Sample, startedMs: number): Watch {
  let progress = startProgress(
    sample.issues.map((issue) => ({
      number: issue.number,
      title: issue.title,
      priority: priorityOf(issue),
    })),
  );
  const errors = new Map<string, number>();
  const view = openProgressView(process.stderr, startedMs, progress);
  const unsubscribe = world.engine.events.on((event) => {
    const error = describeError(event);
    if (error !== undefined && (errors.has(error) || errors.size < MAX_ERRORS)) {
      errors.set(error, (errors.get(error) ?? 0) + 1);
    }
    progress = followEvent(progress, event);
    view.show(progress);
  });
  return {
    progress: () => progress,
    errors: () =>
      [...errors].map(([error, times]) => (times === 1 ? error : `${error} (${times} times)`)),
    look: async () => {
      const seen = await lookAt(world.repositoryPath, world.people.maintainer);
      progress = followSighting(progress, toSighting(seen));
      view.show(progress);
    },
    close: () => {
      unsubscribe();
      view.close();
    },
  };
}

/** Returns a sentence for an event that a person would have to look at. */
function describeError(event: EngineEvent): string | undefined {
  if (event.type === "annotation" && event.level === "error") {
    return event.message.split("\n")[0];
  }
  if (event.type === "job-finished" && event.conclusion === "failure") {
    return `the job '${event.name}' failed, see its log in run-${event.runId}`;
  }
  return undefined;
}

function toSighting(seen: Seen): Parameters<typeof followSighting>[1] {
  const states = [...seen.issues].flatMap(([number, issue]): [number, string][] => {
    const state = stateOf(issue);
    return state === undefined ? [] : [[number, state]];
  });
  const pullRequests = [...seen.pullRequests].map(
    ([issue, { number, state }]): [number, { number: number; merged: boolean }] => [
      issue,
      { number, merged: state === "merged" },
    ],
  );
  const at = new Date().toISOString();
  return { at, states: new Map(states), pullRequests: new Map(pullRequests) };
}
