import type { AbortSignalLike } from "../../ports/agent.ts";
import type { RunSessionInputs, RunSessionPorts } from "./run-session.ts";

/** The API cancels whole runs only, so a wish to stop one session is read from the journal [N37]. */
const LOOK_EVERY_SECONDS = 60;

export interface StopWatch extends AbortSignalLike {
  /** Looks no more. */
  end(): void;
}

/**
 * Looks at the journal while a session runs. It is aborted when a stop is journalled for its claim,
 * when the claim is not its own any more, or when the job itself is cancelled.
 */
export function watchForStop(ports: RunSessionPorts, inputs: RunSessionInputs): StopWatch {
  const listeners = new Set<() => void>();
  let aborted = inputs.stop.aborted;
  const abort = (why: string): void => {
    if (!aborted) {
      aborted = true;
      ports.log.notice(`The session is stopped: ${why}.`);
      listeners.forEach((listener) => listener());
    }
  };
  inputs.stop.addEventListener("abort", () => abort("the job was cancelled"), { once: true });
  const end = ports.every(LOOK_EVERY_SECONDS, async () => {
    const why = await findStop(ports, inputs);
    if (why !== undefined) {
      abort(why);
    }
  });
  return {
    get aborted() {
      return aborted;
    },
    addEventListener: (_type, listener) => listeners.add(listener),
    end,
  };
}

/** A journal that cannot be read for once stops nothing: the next look comes in a minute. */
async function findStop(
  { journal, log }: RunSessionPorts,
  { issue, claim }: RunSessionInputs,
): Promise<string | undefined> {
  try {
    const record = (await journal.read()).issues.get(issue);
    if (record?.claim?.nonce !== claim) {
      return "its claim was taken back";
    }
    return record.stop?.reason;
  } catch (error) {
    log.warning(`The journal could not be read: ${String(error)}`);
    return undefined;
  }
}
