import type { Exchange, Reply } from "./exchange.ts";

/** A planned failure: the next `times` requests that match are answered with it, unprocessed. */
export interface Fault {
  readonly match: {
    readonly method?: string;
    /** A regular expression for the path. */
    readonly pathPattern?: string;
    /** Name of a GraphQL operation. */
    readonly operationName?: string;
  };
  readonly times: number;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The faults that are still to happen. */
export class FaultScript {
  #faults: { fault: Fault; left: number }[] = [];

  add(faults: readonly Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ fault, left: fault.times })));
  }

  clear(): void {
    this.#faults = [];
  }

  /** The answer of the first fault that matches, used up by one; `undefined` = go on. */
  take(exchange: Exchange, operationName: string | undefined): Reply | undefined {
    const hit = this.#faults.find(({ fault, left }) => {
      return left > 0 && matches(fault, exchange, operationName);
    });
    if (hit === undefined) {
      return undefined;
    }
    hit.left -= 1;
    const { status, headers, body } = hit.fault;
    return { status, body: body ?? { message: "Planned failure" }, ...(headers && { headers }) };
  }
}

function matches(fault: Fault, exchange: Exchange, operationName: string | undefined): boolean {
  const { method, pathPattern, operationName: name } = fault.match;
  return (
    (method === undefined || method === exchange.method) &&
    (pathPattern === undefined || new RegExp(pathPattern).test(exchange.path)) &&
    (name === undefined || name === operationName)
  );
}
