import type { IssueState } from "../journal/issue-state.ts";
import { type LabelMeaning, parseBlocker, parseLabel, type PriorityClass } from "./labels.ts";
import { appended, NOTHING } from "./short-list.ts";

/** What all labels of one issue say together. The order of the labels does not matter. */
export interface LabelReading {
  readonly isTriggered: boolean;
  /** The highest of the priority labels; `undefined` when there is none. */
  readonly priority: PriorityClass | undefined;
  /** More than one class was named, and the highest counts [W06]. */
  readonly hasSeveralPriorities: boolean;
  /** Ascending, each once. */
  readonly blockedBy: readonly number[];
  /** The labels that want to be `blocked-by:#n` and are not, sorted. */
  readonly malformedBlockers: readonly string[];
  /** The longest of the estimates; `undefined` when there is none. */
  readonly estimateMinutes: number | undefined;
  readonly hasSeveralEstimates: boolean;
  readonly malformedEstimates: readonly string[];
  readonly states: readonly IssueState[];
  readonly isHotfix: boolean;
  /** Name of the kind of work; the first by name when there are several. */
  readonly kind: string | undefined;
}

/** Reads the labels of many issues. Most labels repeat, so each text is parsed once. */
export class LabelReader {
  readonly #triggerLabel: string;
  readonly #meanings = new Map<string, LabelMeaning | "trigger" | undefined>();

  constructor(triggerLabel: string) {
    this.#triggerLabel = triggerLabel.toLowerCase();
  }

  read(labels: readonly string[]): LabelReading {
    const draft = newDraft();
    for (const label of labels) {
      const blocker = label === this.#triggerLabel ? undefined : parseBlocker(label);
      if (blocker !== undefined) {
        draft.blockedBy = appended(draft.blockedBy, blocker);
        continue;
      }
      const meaning = this.#meaning(label);
      if (meaning === "trigger") {
        draft.isTriggered = true;
      } else if (meaning !== undefined) {
        addMeaning(draft, label, meaning);
      }
    }
    draft.blockedBy = sortedOnce(draft.blockedBy);
    draft.malformedBlockers = sortedOnce(draft.malformedBlockers);
    draft.malformedEstimates = sortedOnce(draft.malformedEstimates);
    draft.states = sortedOnce(draft.states);
    return draft;
  }

  #meaning(label: string): LabelMeaning | "trigger" | undefined {
    const known = this.#meanings.get(label);
    if (known !== undefined || this.#meanings.has(label)) {
      return known;
    }
    // GitHub compares label names without case: two that differ in case only cannot exist.
    const meaning = label.toLowerCase() === this.#triggerLabel ? "trigger" : parseLabel(label);
    this.#meanings.set(label, meaning);
    return meaning;
  }
}

type Draft = {
  -readonly [Key in keyof LabelReading]: LabelReading[Key] extends readonly (infer T)[]
    ? T[]
    : LabelReading[Key];
};

function newDraft(): Draft {
  return {
    isTriggered: false,
    priority: undefined,
    hasSeveralPriorities: false,
    blockedBy: NOTHING,
    malformedBlockers: NOTHING,
    estimateMinutes: undefined,
    hasSeveralEstimates: false,
    malformedEstimates: NOTHING,
    states: NOTHING,
    isHotfix: false,
    kind: undefined,
  };
}

function addMeaning(draft: Draft, label: string, meaning: LabelMeaning): void {
  switch (meaning.type) {
    case "priority":
      draft.hasSeveralPriorities ||= (draft.priority ?? meaning.priority) !== meaning.priority;
      draft.priority = lower(draft.priority, meaning.priority);
      return;
    case "blocked-by":
      draft.blockedBy = appended(draft.blockedBy, meaning.issue);
      return;
    case "estimate":
      draft.hasSeveralEstimates ||= (draft.estimateMinutes ?? meaning.minutes) !== meaning.minutes;
      draft.estimateMinutes = Math.max(draft.estimateMinutes ?? 0, meaning.minutes);
      return;
    case "state":
      draft.states = appended(draft.states, meaning.state);
      return;
    case "hotfix":
      draft.isHotfix = true;
      return;
    case "kind":
      draft.kind = lower(draft.kind, meaning.name);
      return;
    case "malformed":
      if (meaning.as === "estimate") {
        draft.malformedEstimates = appended(draft.malformedEstimates, label);
      } else {
        draft.malformedBlockers = appended(draft.malformedBlockers, label);
      }
  }
}

function lower<T extends number | string>(known: T | undefined, value: T): T {
  return known === undefined || value < known ? value : known;
}

function sortedOnce<T extends number | string>(values: T[]): T[] {
  const first = values[0];
  const second = values[1];
  if (first === undefined || second === undefined) {
    return values;
  }
  if (values.length === 2 && first !== second) {
    return first < second ? values : [second, first];
  }
  return [...new Set(values)].toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}
