import type { AgentResult, RateLimit } from "../../core/session/agent-run.ts";
import type { AgentEvent } from "./event-stream.ts";

/** What the events of one stream add up to, as far as it is known now. */
export class StreamRecord {
  hasStarted = false;
  version: string | undefined;
  result: AgentResult | undefined;
  modelError: string | undefined;
  modelStatus: number | undefined;
  rateLimit: RateLimit | undefined;
  retryCount = 0;

  take(event: AgentEvent): void {
    switch (event.type) {
      case "init":
        this.hasStarted = true;
        this.version = event.version;
        return;
      case "model-error":
        this.retryCount += event.isRetried ? 1 : 0;
        this.modelError = event.error;
        this.modelStatus = event.status ?? this.modelStatus;
        return;
      case "rate-limit":
        this.rateLimit = event.limit;
        return;
      case "result":
        this.result = event.result;
        return;
      case "tool":
      case "other":
    }
  }
}
