import type { JournalEvent, JournalFact } from "../../src/core/journal/events.ts";
import { historyEntry } from "../../src/core/journal/history-entry.ts";
import { newRecord } from "../../src/core/journal/new-record.ts";
import type {
  Claim,
  HistoryEntry,
  IssueRecord,
  Outcome,
  Result,
} from "../../src/core/journal/records.ts";
import { TreeFold } from "../../src/core/text/tree-fold.ts";
import { type NextNumber, numbersFrom, oneOf, wholeNumber } from "../seeded-numbers.ts";

/** How long a journal is. */
export interface HistorySize {
  readonly issues: number;
  readonly events: number;
}

/** One event and the files of the tree that it changes. */
export interface Recorded {
  readonly event: JournalEvent;
  readonly files: ReadonlyMap<string, string | undefined>;
}

/** Long enough ago that what is appended today is younger than all of it. */
const BEGIN_MS = Date.parse("2023-01-01T00:00:00Z");
const TWO_YEARS_MS = 2 * 365 * 24 * 3_600_000;
const SLOTS = ["mac-1/1", "mac-1/2", "mac-1/3", "mac-2/1", "mac-2/2"] as const;
const WRITERS = ["maria", "octo_acme", "wren"] as const;

/**
 * Records what a fleet of five slots writes in two years, and always the same for the same seed: so
 * many issues are approved, claimed, retried, delivered and ended, some are stopped, withdrawn,
 * reopened or asked about, and now and then the fleet is paused. Every event fits the state before it.
 */
export function* recordHistory(size: HistorySize, seed: number): Generator<Recorded> {
  const fold = new TreeFold();
  const fleet = new Fleet(size, numbersFrom(seed), (issue) => fold.state.issues.get(issue));
  for (let seq = 1; seq <= size.events; seq += 1) {
    const nowMs = BEGIN_MS + Math.floor((seq / size.events) * TWO_YEARS_MS);
    const event: JournalEvent = {
      seq,
      stamp: {
        at: new Date(nowMs).toISOString(),
        runId: 1_700_000_000 + seq,
        runAttempt: 1,
        nonce: `${fleet.hex(8)}-${seq}`,
      },
      fact: fleet.next(seq, nowMs),
    };
    yield { event, files: fold.add(event) };
  }
}

/** Where the issues are between two events; what they are is in the fold. */
class Fleet {
  readonly #size: HistorySize;
  readonly #next: NextNumber;
  readonly #recordOf: (issue: number) => IssueRecord | undefined;
  readonly #waiting: number[] = [];
  readonly #claimed: number[] = [];
  readonly #delivered: number[] = [];
  readonly #stopped: number[] = [];
  readonly #ended: number[] = [];
  #known = 0;
  #isPaused = false;
  #seq = 0;
  #now = "";

  constructor(
    size: HistorySize,
    next: NextNumber,
    recordOf: (issue: number) => IssueRecord | undefined,
  ) {
    this.#size = size;
    this.#next = next;
    this.#recordOf = recordOf;
  }

  hex(length: number): string {
    const word = (): string =>
      Math.floor(this.#next() * 2 ** 32)
        .toString(16)
        .padStart(8, "0");
    return Array.from({ length: length / 8 }, word).join("");
  }

  /** The next thing that happens, at a time in milliseconds since 1970. */
  next(seq: number, nowMs: number): JournalFact {
    this.#seq = seq;
    this.#now = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
    if (this.#isPaused) {
      this.#isPaused = false;
      return { type: "resumed", by: oneOf(this.#next, WRITERS) };
    }
    // All issues are there when nine tenths of the events are.
    const due = Math.ceil((seq / (0.9 * this.#size.events)) * this.#size.issues);
    if (this.#known < Math.min(due, this.#size.issues)) {
      return this.#approveNew();
    }
    return this.#work();
  }

  #work(): JournalFact {
    const chance = this.#next();
    if (chance < 0.15) {
      return this.#remark(chance / 0.15);
    }
    if (chance < 0.45 && this.#claimed.length < SLOTS.length && this.#waiting.length > 0) {
      return this.#dispatch();
    }
    if (chance < 0.75 && this.#claimed.length > 0) {
      return this.#finish();
    }
    if (this.#delivered.length > 0) {
      return this.#end();
    }
    return this.#claimed.length > 0 ? this.#finish() : this.#begin();
  }

  /** Something waits, or is asked for again, or is reopened. */
  #begin(): JournalFact {
    if (this.#waiting.length > 0) {
      return this.#dispatch();
    }
    const stopped = this.#take(this.#stopped);
    if (stopped !== undefined) {
      this.#waiting.push(stopped);
      return { type: "retry-requested", issue: stopped, by: oneOf(this.#next, WRITERS) };
    }
    const reopened = this.#take(this.#ended);
    return reopened === undefined ? this.#pause() : this.#approve([reopened], false);
  }

  /** What changes no issue's course, or stops one. */
  #remark(chance: number): JournalFact {
    const waiting = this.#waiting[0];
    const claimed = this.#recordOf(this.#claimed[0] ?? 0)?.claim;
    if (chance < 0.6) {
      const issue = waiting ?? this.#known;
      return { type: "noticed", notices: [{ issue, key: `waits-${this.#seq % 40}` }] };
    }
    if (chance < 0.8 && claimed !== undefined) {
      const { issue, nonce } = claimed;
      return { type: "stop-requested", stops: [{ issue, claim: nonce, reason: "text-edited" }] };
    }
    if (chance < 0.84 && claimed !== undefined) {
      const { issue, nonce, runAttempt } = claimed;
      return { type: "finalize-again", issue, claim: nonce, runAttempt: runAttempt + 1 };
    }
    if (chance < 0.98 && waiting !== undefined) {
      this.#waiting.shift();
      this.#ended.push(waiting);
      return { type: "withdrawn", withdrawals: [{ issue: waiting, cause: "trigger-removed" }] };
    }
    return this.#next() < 0.5
      ? { type: "target-set", count: wholeNumber(this.#next, 10, 200), by: "maria" }
      : this.#pause();
  }

  #pause(): JournalFact {
    this.#isPaused = true;
    const detail = "The account's limit was met; the fleet waits for its next window.";
    const pause = {
      reason: "account-limit",
      detail,
      until: this.#now,
      baseSha: undefined,
    } as const;
    return { type: "paused", pause, by: undefined };
  }

  #approveNew(): JournalFact {
    const most = Math.min(3, this.#size.issues - this.#known);
    const count = wholeNumber(this.#next, 1, most);
    const first = this.#known + 1;
    this.#known += count;
    return this.#approve(
      Array.from({ length: count }, (_, index) => first + index),
      false,
    );
  }

  #approve(issues: readonly number[], restarts: boolean): JournalFact {
    this.#waiting.push(...issues);
    const by = oneOf(this.#next, WRITERS);
    return {
      type: "approved",
      approvals: issues.map((issue) => ({
        issue,
        by,
        at: this.#now,
        textHash: this.hex(64),
        restarts,
      })),
    };
  }

  #dispatch(): JournalFact {
    const busy = new Set(this.#claimed.map((issue) => this.#recordOf(issue)?.claim?.slot));
    const free = SLOTS.filter((slot) => !busy.has(slot));
    const count = wholeNumber(this.#next, 1, Math.min(2, free.length, this.#waiting.length));
    const issues = this.#waiting.splice(0, count);
    this.#claimed.push(...issues);
    const [baseSha, configurationSha] = [this.hex(40), this.hex(40)];
    return {
      type: "dispatched",
      claims: issues.map((issue, index): Claim => {
        const record = this.#recordOf(issue);
        const slot = free[index] ?? SLOTS[0];
        const attempt = (record?.attempts ?? 0) + 1;
        return {
          issue,
          attempt,
          delivery: record?.delivery ?? 1,
          runId: 1_700_000_000 + this.#seq,
          runAttempt: 1,
          slot,
          machine: slot.slice(0, -2),
          textHash: record?.approval?.textHash ?? this.hex(64),
          baseSha,
          configurationSha,
          at: this.#now,
          nonce: `${this.hex(8)}-${issue}-${attempt}`,
          finalizeAgainAt: undefined,
          finalizeAgainIn: undefined,
        };
      }),
    };
  }

  #finish(): JournalFact {
    const issue = this.#take(this.#claimed) ?? 0;
    const record = this.#recordOf(issue);
    const outcome = this.#outcome(record?.attempts ?? 0);
    this.#queueAfter(outcome).push(issue);
    const claim = record?.claim?.nonce ?? "";
    return { type: "result", issue, claim, result: this.#result(issue, outcome, record) };
  }

  #queueAfter(outcome: Outcome): number[] {
    if (outcome === "delivered") {
      return this.#delivered;
    }
    return outcome === "retry" || outcome === "returned" ? this.#waiting : this.#stopped;
  }

  #outcome(attempts: number): Outcome {
    const chance = this.#next();
    if (chance < 0.45) {
      return "delivered";
    }
    if (chance < 0.9 && attempts < 4) {
      return "retry";
    }
    return oneOf(this.#next, ["returned", "failed", "needs-human"]);
  }

  #result(issue: number, outcome: Outcome, record: IssueRecord | undefined): Result {
    const isDelivered = outcome === "delivered";
    return {
      outcome,
      cause: isDelivered ? undefined : "checks-failed",
      detail: isDelivered
        ? "The checks are green and the pull request is open."
        : "The command of the gate test ended with exit code 1; its last lines are in the log.",
      score: outcome === "returned" ? undefined : wholeNumber(this.#next, 40, 100),
      headSha: isDelivered ? this.hex(40) : undefined,
      pullRequest: isDelivered
        ? { title: `fix(part-${issue % 97}): keep what was given, case ${issue}`, isDraft: false }
        : undefined,
      keptSha: outcome === "retry" ? this.hex(40) : undefined,
      at: this.#now,
      notBefore: outcome === "retry" ? this.#now : undefined,
      startedAt: record?.claim?.at,
    };
  }

  #end(): JournalFact {
    const count = wholeNumber(this.#next, 1, Math.min(2, this.#delivered.length));
    const issues = this.#delivered.splice(0, count);
    this.#ended.push(...issues);
    return { type: "ended", deliveries: issues.map((issue) => this.#entry(issue)) };
  }

  #entry(issue: number): HistoryEntry {
    return historyEntry(this.#recordOf(issue) ?? newRecord(issue), {
      ended: this.#next() < 0.9 ? "completed" : "cancelled",
      at: this.#now,
      pullRequest: 20_000 + this.#seq,
      kind: oneOf(this.#next, ["bug", "feature", "chore"]),
    });
  }

  /** Takes any one out. */
  #take(issues: number[]): number | undefined {
    const [taken] = issues.splice(Math.floor(this.#next() * issues.length), 1);
    return taken;
  }
}
