export type Conclusion = "success" | "failure" | "cancelled" | "skipped" | "startup_failure";

export type AnnotationLevel = "notice" | "warning" | "error";

interface OfRun {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly runId: number;
}

interface OfJob extends OfRun {
  readonly jobId: number;
}

/** What happens in the engine, as it happens. */
export type EngineEvent =
  | (OfRun & {
      readonly type: "run-queued";
      readonly workflowPath: string;
      readonly workflowName: string;
      readonly title: string;
      readonly event: string;
    })
  | (OfRun & { readonly type: "run-started" })
  | (OfRun & { readonly type: "run-finished"; readonly conclusion: Conclusion })
  | (OfJob & {
      readonly type: "job-queued";
      readonly name: string;
      readonly labels: readonly string[];
    })
  | (OfJob & {
      readonly type: "job-started";
      readonly name: string;
      readonly runnerName: string;
      readonly labels: readonly string[];
    })
  | (OfJob & {
      readonly type: "job-finished";
      readonly name: string;
      readonly conclusion: Conclusion;
      /** The whole masked log; `undefined` for a job that never reached a runner. */
      readonly logFile: string | undefined;
    })
  | (OfJob & { readonly type: "step-started"; readonly name: string })
  | (OfJob & {
      readonly type: "step-finished";
      readonly name: string;
      readonly conclusion: Conclusion;
    })
  | (OfJob & { readonly type: "log"; readonly line: string })
  | (OfRun & {
      readonly type: "annotation";
      /** `undefined` when the whole run is meant. */
      readonly jobId: number | undefined;
      readonly level: AnnotationLevel;
      readonly message: string;
    })
  | (OfJob & { readonly type: "summary"; readonly markdown: string });

export type EngineEventListener = (event: EngineEvent) => void;

/** An event before it is stamped; distributes over the union. */
export type Unstamped<E> = E extends EngineEvent ? Omit<E, "at"> : never;

export type Emit = (event: Unstamped<EngineEvent>) => void;

/** Hands every engine event to every listener, in order. */
export class EngineEvents {
  readonly #listeners = new Set<EngineEventListener>();

  /** Returns how to unsubscribe. */
  on(listener: EngineEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: Unstamped<EngineEvent>): void {
    const stamped = { ...event, at: new Date().toISOString() } as EngineEvent;
    for (const listener of this.#listeners) {
      listener(stamped);
    }
  }
}
