import type { Effect } from "../../core/effects.ts";
import { isStateLabel } from "../../core/text/labels.ts";
import { onceMarker, STATUS_MARKER } from "../../core/text/markers.ts";
import type { TargetIssue, Targets } from "./targets.ts";

/** Effects that travel together in one aliased mutation. */
export type BatchEffect = Extract<
  Effect,
  {
    readonly type:
      | "set-state-label"
      | "write-status-comment"
      | "comment-once"
      | "close-issue"
      | "describe-pull-request"
      | "close-pull-request"
      | "mark-ready";
  }
>;

const BATCHED: ReadonlySet<Effect["type"]> = new Set<BatchEffect["type"]>([
  "set-state-label",
  "write-status-comment",
  "comment-once",
  "close-issue",
  "describe-pull-request",
  "close-pull-request",
  "mark-ready",
]);

export function isBatchEffect(effect: Effect): effect is BatchEffect {
  return BATCHED.has(effect.type);
}

/** Number of the issue or pull request that an effect is about. */
export function targetOf(effect: BatchEffect): number {
  return "pullRequest" in effect ? effect.pullRequest : effect.issue;
}

/** Labels that an effect gives: they must exist before their ids can be named. */
export function labelsOf(effect: BatchEffect): readonly string[] {
  if (effect.type === "describe-pull-request") {
    return effect.labels;
  }
  return effect.type === "set-state-label" && effect.state !== undefined
    ? [`state:${effect.state}`]
    : [];
}

export interface MutationDocument {
  /** `undefined` when everything is already as it should be. */
  readonly document: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  /** Why an effect has no mutation although it needs one: its target is gone. */
  readonly missingTarget: (effect: BatchEffect) => string | undefined;
}

/** One field of the document; texts travel as variables, so nothing has to be escaped. */
interface Field {
  readonly text: string;
  readonly variable?: { readonly name: string; readonly type: string; readonly value: string };
}

/**
 * Writes the mutations that lead from what is to what `effects` ask for; each effect's aliases
 * start with `e<index>_`. What is true already needs none.
 */
export function formatMutations(
  effects: readonly BatchEffect[],
  targets: Targets,
): MutationDocument {
  const fields = effects.flatMap((effect, index) => {
    const target = targets.issues.get(targetOf(effect));
    return target === undefined ? [] : fieldsOf(effect, target, `e${index}`, targets);
  });
  const variables = fields.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
  // Decided now: what is written to is forgotten before its answer is there.
  const missing = new Set(effects.map(targetOf).filter((number) => !targets.issues.has(number)));
  const parameters = variables.map(({ name, type }) => `$${name}: ${type}`).join(", ");
  return {
    document:
      fields.length === 0
        ? undefined
        : `mutation Project${parameters === "" ? "" : `(${parameters})`} {\n${fields.map(({ text }) => `  ${text}`).join("\n")}\n}`,
    variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    missingTarget: (effect) =>
      missing.has(targetOf(effect)) ? `#${targetOf(effect)} does not exist` : undefined,
  };
}

function fieldsOf(
  effect: BatchEffect,
  target: TargetIssue,
  alias: string,
  targets: Targets,
): readonly Field[] {
  switch (effect.type) {
    case "set-state-label":
      return stateLabelFields(effect, target, alias, targets);
    case "write-status-comment":
      return commentFields(target, alias, STATUS_MARKER, effect.body);
    case "comment-once": {
      const marker = onceMarker(effect.key);
      const isWritten = target.ownComments.some(({ body }) => body.startsWith(marker));
      return isWritten ? [] : commentFields(target, alias, marker, effect.body);
    }
    case "close-issue": {
      const input = `{ issueId: ${quote(target.id)}, stateReason: COMPLETED }`;
      return target.isOpen ? [field(`${alias}_close: closeIssue(input: ${input})`)] : [];
    }
    case "describe-pull-request":
      return pullRequestFields(effect, target, alias, targets);
    case "close-pull-request":
      return closingFields(effect.comment, target, alias);
    case "mark-ready": {
      const input = `{ pullRequestId: ${quote(target.id)} }`;
      return [field(`${alias}_ready: markPullRequestReadyForReview(input: ${input})`)];
    }
  }
}

/** Adds before it removes: an issue between two writes has two state labels, never none. */
function stateLabelFields(
  effect: Extract<BatchEffect, { readonly type: "set-state-label" }>,
  target: TargetIssue,
  alias: string,
  targets: Targets,
): readonly Field[] {
  const wanted = labelsOf(effect);
  const present = target.labels.filter(({ name }) => isStateLabel(name));
  const surplus = present.filter(({ name }) => !wanted.includes(name.toLowerCase()));
  return [
    ...addLabelFields(wanted, target, alias, targets),
    ...(surplus.length === 0
      ? []
      : [
          field(
            `${alias}_remove: removeLabelsFromLabelable(input: { labelableId: ${quote(target.id)}, labelIds: ${quote(surplus.map(({ id }) => id))} })`,
          ),
        ]),
  ];
}

function addLabelFields(
  wanted: readonly string[],
  target: TargetIssue,
  alias: string,
  { labelIds }: Targets,
): readonly Field[] {
  const present = new Set(target.labels.map(({ name }) => name.toLowerCase()));
  const missing = wanted.filter((name) => !present.has(name.toLowerCase()));
  const ids = missing.flatMap((name) => labelIds.get(name.toLowerCase()) ?? []);
  return ids.length === 0
    ? []
    : [
        field(
          `${alias}_add: addLabelsToLabelable(input: { labelableId: ${quote(target.id)}, labelIds: ${quote(ids)} })`,
        ),
      ];
}

function pullRequestFields(
  effect: Extract<BatchEffect, { readonly type: "describe-pull-request" }>,
  target: TargetIssue,
  alias: string,
  targets: Targets,
): readonly Field[] {
  const milestoneId =
    effect.milestone === undefined ? undefined : targets.milestoneIds.get(effect.milestone);
  return [
    ...addLabelFields(effect.labels, target, alias, targets),
    ...(milestoneId === undefined
      ? []
      : [
          field(
            `${alias}_milestone: updatePullRequest(input: { pullRequestId: ${quote(target.id)}, milestoneId: ${quote(milestoneId)} })`,
          ),
        ]),
  ];
}

/** Closes before it explains: an open pull request is closed again, and a closed one is no target. */
function closingFields(text: string, target: TargetIssue, alias: string): readonly Field[] {
  const id = quote(target.id);
  const variable = { name: `${alias}_body`, type: "String!", value: text };
  const comment = `addComment(input: { subjectId: ${id}, body: $${variable.name} })`;
  return [
    field(`${alias}_close: closePullRequest(input: { pullRequestId: ${id} })`),
    { ...field(`${alias}_comment: ${comment}`), variable },
  ];
}

function commentFields(
  target: TargetIssue,
  alias: string,
  marker: string,
  text: string,
): readonly Field[] {
  const body = `${marker}\n${text}`;
  const own = target.ownComments.find((comment) => comment.body.startsWith(marker));
  // A comment of ours that was not read must not get a twin; an old one is better than two.
  if (own?.body === body || (own === undefined && !target.hasAllComments)) {
    return [];
  }
  const variable = { name: `${alias}_body`, type: "String!", value: body };
  const call =
    own === undefined
      ? `addComment(input: { subjectId: ${quote(target.id)}, body: $${variable.name} })`
      : `updateIssueComment(input: { id: ${quote(own.id)}, body: $${variable.name} })`;
  return [{ ...field(`${alias}_comment: ${call}`), variable }];
}

function field(call: string): Field {
  return { text: `${call} { clientMutationId }` };
}

function quote(value: string | readonly string[]): string {
  return JSON.stringify(value);
}
