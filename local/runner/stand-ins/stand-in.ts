import type { ArtifactStore } from "./artifact-store.ts";

/** What a stand-in is given instead of a process environment. */
export interface StandInCall {
  /** Defaults filled in; a name without value is an empty text. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly runId: number;
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  readonly workspace: string;
  /** The job's token, which real actions take as default of an input. */
  readonly token: string;
  readonly gitUrl: (repository: string) => string;
  readonly artifacts: ArtifactStore;
  readonly log: (line: string) => void;
  readonly warn: (message: string) => void;
  readonly setOutput: (name: string, value: string) => void;
}

/** A small replacement for an action that cannot be fetched offline. */
export interface StandIn {
  /** `owner/repository` of the action that it stands for, at any ref. */
  readonly action: string;
  /** What differs from the real one, for the rehearsal's report. */
  readonly differs: string;
  /** The inputs that are emulated, with their defaults; any other is refused. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Rejects to fail the step. */
  readonly run: (call: StandInCall) => Promise<void>;
}
