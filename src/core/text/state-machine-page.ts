import { ISSUE_STATES, type IssueState } from "../journal/issue-state.ts";
import { type Transition, TRANSITIONS } from "../journal/state-machine.ts";

/** A transition from more states than this is told below the picture: its arrows would hide the others. */
const MAX_ARROWS = 5;

/** The state machine as a Markdown document with its picture. */
export function formatStateMachine(): string {
  const [drawn, told] = [TRANSITIONS.filter(isDrawn), TRANSITIONS.filter((one) => !isDrawn(one))];
  return [
    "# State machine of an issue",
    "",
    "Generated from `src/core/journal/state-machine.ts` by `npm run docs`. A state is a function of the",
    "journal and of what is observed; *derived* transitions are computed by every tick and never written.",
    "",
    "```mermaid",
    "stateDiagram-v2",
    "  [*] --> pending",
    ...listArrows(drawn),
    "  completed --> [*]",
    "```",
    "",
    "Not drawn, because they lead from almost everywhere:",
    "",
    ...told.map(({ from, to, trigger }) => `- \`${trigger}\`: ${listFrom(from)} → ${to}`),
    "",
    "| Row | From | Trigger | To | When | Evidence |",
    "| ---: | --- | --- | --- | --- | --- |",
    ...TRANSITIONS.toSorted((a, b) => a.row - b.row).map(
      ({ row: number, from, trigger, to, when, evidence }) =>
        `| ${number} | ${listFrom(from)} | ${trigger} | ${to} | ${when} | ${evidence} |`,
    ),
    "",
    `States: ${ISSUE_STATES.join(", ")}.`,
    "",
  ].join("\n");
}

/** One arrow between two states, with all that leads from the one to the other. */
function listArrows(transitions: readonly Transition[]): readonly string[] {
  const triggers = new Map<string, string[]>();
  for (const { from, to, trigger } of transitions) {
    for (const state of from) {
      const arrow = `${state} --> ${to === "same" ? state : to}`;
      triggers.set(arrow, [...(triggers.get(arrow) ?? []), trigger]);
    }
  }
  return Array.from(triggers, ([arrow, names]) => `  ${arrow}: ${names.join(", ")}`);
}

function isDrawn({ from }: Transition): boolean {
  return from.length <= MAX_ARROWS;
}

function listFrom(from: readonly IssueState[]): string {
  return from.length === ISSUE_STATES.length ? "any" : from.join(", ");
}
