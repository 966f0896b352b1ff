import type { Configuration } from "../../src/core/configuration.ts";
import type { Effect } from "../../src/core/effects.ts";
import type { JournalEvent } from "../../src/core/journal/events.ts";
import type { JournalState } from "../../src/core/journal/records.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import type { Evidence } from "../../src/core/journal/state-machine.ts";
import type { TickPlan } from "../../src/core/plan/tick-plan.ts";
import type { AgentRequest } from "../../src/ports/agent.ts";
import { TRIGGER } from "../world/an-issue.ts";
import type { PureWorld } from "../world/pure-world.ts";
import type { ActionsModel } from "./actions-model.ts";
import { checkClaims } from "./check-claims.ts";
import { checkFact } from "./check-facts.ts";
import { addEvidence, checkPlan, type EarlierPlan, type EvidenceByIssue } from "./check-plan.ts";
import { checkProjections } from "./check-projections.ts";
import { checkRoundTrip } from "./check-tree.ts";
import { Endorsements } from "./endorsements.ts";
import type { Landed, RefMove, SharedJournal } from "./shared-journal.ts";
import type { Task } from "./task.ts";
import type { Timeline } from "./timeline.ts";
import { type Blocked, blockedIssues, isStillBlocked } from "./truth.ts";

export interface Violation {
  readonly invariant: string;
  readonly detail: string;
  /** Seconds of the history. */
  readonly at: number;
}

/** What a process had seen when it decided. */
export interface Seen {
  /** Seconds: the first answer. */
  readonly at: number;
  readonly blocked: Blocked;
  /** It has a credential, and requests left. */
  readonly mayClaim: boolean;
  /** Some of its issues come from a snapshot. */
  readonly isStale: boolean;
  readonly closed: ReadonlySet<number>;
  readonly triggered: readonly number[];
  /** Seconds: the jobs of the live claims. */
  runsAt: number;
  /** The journal that it read, its number of events and its claims by nonce. */
  tipSeq: number;
  claims: ReadonlyMap<string, Claim>;
  /** Nonces of the claims whose session job was listed as completed. */
  over: ReadonlySet<string>;
}

export interface LiveAgent {
  readonly claim: Claim;
  readonly task: Task;
  readonly since: number;
  /** When its claim was gone, or a stop was asked for. */
  lostAt: number | undefined;
}

export interface WatcherOptions {
  readonly timeline: Timeline;
  readonly world: PureWorld;
  readonly configuration: Configuration;
}

/** A session looks every minute whether it is still wanted; a call may be slow and the end may take a while. */
const MAX_LOST_SECONDS = 1_200;

/** Watches the invariants after every step; keeps the first violation. */
export class Watcher {
  violation: Violation | undefined;
  readonly endorsements: Endorsements;
  readonly world: PureWorld;
  readonly timeline: Timeline;
  readonly configuration: Configuration;
  readonly agents = new Map<string, LiveAgent>();
  /** When the agent of a claim began to work. */
  readonly startedAt = new Map<string, number>();
  readonly seen = new Map<Task, Seen>();
  /** Claims of the finalize processes. */
  readonly delivering = new Map<Task, Claim>();
  /** Attempts by issue, counted here. */
  readonly counted = new Map<number, number>();
  /** When the deliveries of the one writer began, counted here. */
  readonly begun: string[] = [];
  /** Commits that people pushed. */
  readonly pushed = new Set<string>();
  earlier: EarlierPlan | undefined;
  /** Claims that have a result. */
  readonly ended = new Set<string>();
  readonly #admitting = new Map<
    Task,
    Pick<Seen, "at" | "blocked"> & { readonly isHeld: boolean }
  >();
  #journal: SharedJournal | undefined;
  #actions: ActionsModel | undefined;

  constructor({ timeline, world, configuration }: WatcherOptions) {
    this.configuration = configuration;
    this.timeline = timeline;
    this.world = world;
    this.endorsements = new Endorsements(world);
  }

  attach(journal: SharedJournal, actions: ActionsModel): void {
    this.#journal = journal;
    this.#actions = actions;
  }

  get actions(): ActionsModel {
    if (this.#actions === undefined) {
      throw new Error("The watcher is not attached.");
    }
    return this.#actions;
  }

  get state(): JournalState {
    if (this.#journal === undefined) {
      throw new Error("The watcher is not attached.");
    }
    return this.#journal.state;
  }

  fail(invariant: string, detail: string): void {
    this.violation ??= { invariant, detail, at: this.timeline.seconds };
  }

  /** A time of the world in seconds of the history. */
  secondsOf(at: string | undefined): number | undefined {
    return at === undefined
      ? undefined
      : (Date.parse(at) - this.timeline.nowMs) / 1_000 + this.timeline.seconds;
  }

  /** Whether the claim is still on the journal. */
  isHeld({ issue, nonce }: Claim): boolean {
    return this.state.issues.get(issue)?.claim?.nonce === nonce;
  }

  onObserving(task: Task, kind: Pick<Seen, "mayClaim" | "isStale">): void {
    this.seen.set(task, {
      ...kind,
      at: this.timeline.seconds,
      blocked: blockedIssues(this.world, this.configuration),
      closed: new Set(
        [...this.world.issues.values()]
          .filter(({ state }) => state === "closed")
          .map(({ number }) => number),
      ),
      triggered: [...this.world.issues.values()]
        .filter(({ state, labels }) => state === "open" && labels.includes(TRIGGER))
        .map(({ number }) => number),
      runsAt: this.timeline.seconds,
      tipSeq: -1,
      claims: new Map(),
      over: new Set(),
    });
  }

  /** The first reading of the journal is the one that the plan is made on. */
  onJournalRead(task: Task): void {
    const seen = this.seen.get(task);
    if (seen !== undefined && seen.tipSeq < 0) {
      seen.tipSeq = this.state.seq;
      const claims = [...this.state.issues.values()].flatMap(({ claim }) => claim ?? []);
      seen.claims = new Map(claims.map((claim) => [claim.nonce, claim]));
    }
  }

  onRunsRead(task: Task): void {
    const seen = this.seen.get(task);
    if (seen !== undefined) {
      seen.runsAt = this.timeline.seconds;
      const over = [...seen.claims.values()].filter((claim) => this.isListedOver(claim));
      seen.over = new Set(over.map(({ nonce }) => nonce));
    }
  }

  /** Whether GitHub lists the session of a claim as ended. */
  isListedOver({ runId, runAttempt, issue, finalizeAgainAt }: Claim): boolean {
    const [listed] = this.actions.read([runId]);
    const session = listed?.jobs.find(
      (job) => job.runAttempt === runAttempt && job.name.endsWith(`i${issue} / session`),
    );
    return finalizeAgainAt !== undefined || listed === undefined || session?.status === "completed";
  }

  onPlanned(task: Task, tick: TickPlan): void {
    const seen = this.seen.get(task);
    if (seen !== undefined) {
      checkPlan(this, seen, tick);
    }
  }

  /** What was journalled about an issue since this claim of it. */
  sinceClaimed(nonce: string, issue: number): Iterable<Evidence> {
    const events = this.#journal?.events ?? [];
    const start = events.findLastIndex(
      ({ fact }) =>
        fact.type === "dispatched" && fact.claims.some((claim) => claim.nonce === nonce),
    );
    const found: EvidenceByIssue = new Map();
    for (const { fact } of events.slice(start)) {
      addEvidence(found, fact);
    }
    return found.get(issue) ?? [];
  }

  /** Events after number `from`, up to number `to`. */
  eventsBetween(from: number, to: number): readonly JournalEvent[] {
    return this.#journal?.events.slice(from, to) ?? [];
  }

  onLanded(landed: Landed): void {
    checkRoundTrip(this, landed);
    checkClaims(this, landed);
    checkFact(this, landed);
    for (const agent of this.agents.values()) {
      agent.lostAt ??= this.#isWanted(agent.claim) ? undefined : this.timeline.seconds;
    }
  }

  /** What people pushed is theirs: no push of ours leaves it behind. */
  onMoving({ name, from, to }: RefMove): void {
    if (from !== undefined && from !== to && this.pushed.has(from)) {
      this.fail("people's commit", `${name} was moved away from ${from}, which people pushed.`);
    }
  }

  /** Whether the claim holds and nobody asked its session to end. */
  #isWanted(claim: Claim): boolean {
    return this.isHeld(claim) && this.state.issues.get(claim.issue)?.stop === undefined;
  }

  onApplied(effect: Effect, task: Task): void {
    checkProjections(this, effect, task);
  }

  onAdmitting(task: Task, claim: Claim): void {
    this.#admitting.set(task, {
      at: this.timeline.seconds,
      blocked: blockedIssues(this.world, this.configuration),
      isHeld: this.isHeld(claim),
    });
  }

  onAgentStarted(
    task: Task,
    claim: Claim,
    request: AgentRequest,
    context: ReadonlyMap<string, string>,
  ): void {
    const { issue, nonce, textHash } = claim;
    const { world, endorsements } = this;
    const admitting = this.#admitting.get(task);
    if (admitting === undefined || (!admitting.isHeld && !this.isHeld(claim))) {
      this.fail("claim", `#${issue} runs without its claim.`);
      return;
    }
    if (claim.manualFix !== undefined) {
      this.fail("manual fix", `An agent runs for the checks of #${issue}.`);
    }
    if (!request.prompt.includes(`issue #${issue}, attempt ${claim.attempt}.`)) {
      this.fail("prompt", `The prompt of #${issue} is about something else.`);
    }
    const shown = context.get("EXECUTION_CONTEXT.md") ?? "";
    const text = endorsements.texts.get(textHash);
    if (text === undefined || !shown.includes(text.body) || !shown.includes(text.title)) {
      this.fail("approval", `#${issue} runs on a text that is not the approved one.`);
    }
    if (!endorsements.wasEndorsed(issue, textHash, admitting.at - 1)) {
      this.fail("approval", `#${issue} runs, and no writer stands behind its text.`);
    }
    if (isStillBlocked(world, this.configuration, issue, admitting.blocked)) {
      this.fail("blockers", `#${issue} runs although it is blocked.`);
    }
    for (const other of this.agents.values()) {
      const lives = !other.task.isDead && other.claim.issue === issue && this.isHeld(other.claim);
      if (lives && other.claim.nonce !== nonce) {
        this.fail("one session", `#${issue} runs twice: ${other.claim.nonce} and ${nonce}.`);
      }
    }
    if (this.startedAt.has(nonce)) {
      this.fail("one session", `The claim ${nonce} of #${issue} was started twice.`);
    }
    this.startedAt.set(nonce, this.timeline.seconds);
    this.#see(task, claim);
    task.note(`starts #${issue} on ${claim.slot}, attempt ${claim.attempt}`);
  }

  /** An agent whose process was lost goes on, in the session that it began. */
  onAgentResumed(task: Task, claim: Claim): void {
    const { issue, nonce } = claim;
    if (!this.startedAt.has(nonce) || this.agents.has(nonce)) {
      this.fail("one session", `The claim ${nonce} of #${issue} goes on with nothing.`);
    }
    this.#see(task, claim);
    task.note(`goes on with #${issue}`);
  }

  #see(task: Task, claim: Claim): void {
    const lostAt = this.#isWanted(claim) ? undefined : this.timeline.seconds;
    this.agents.set(claim.nonce, { claim, task, since: this.timeline.seconds, lostAt });
  }

  onAgentEnded({ nonce }: Claim): void {
    this.agents.delete(nonce);
  }

  onFinalizing(task: Task, claim: Claim): void {
    this.delivering.set(task, claim);
  }

  /** After every step: whoever lost its claim, or is asked to stop, ends soon. */
  afterStep(): void {
    for (const [nonce, { claim, task, lostAt }] of this.agents) {
      if (task.isDead) {
        this.agents.delete(nonce);
      } else if (lostAt !== undefined && this.timeline.seconds - lostAt > MAX_LOST_SECONDS) {
        this.fail("stop", `#${claim.issue} goes on although it was to end.`);
      }
    }
  }
}
