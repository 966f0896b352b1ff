import { ISSUE_STATES } from "../journal/issue-state.ts";
import { type Transition, TRANSITIONS } from "../journal/state-machine.ts";

/** The state machine as a Markdown document with its picture. */
export function formatStateMachine(): string {
  return [
    "# State machine of an issue",
    "",
    "Generated from `src/core/journal/state-machine.ts` by `npm run docs`. A state is a function of the",
    "journal and of what is observed; *derived* transitions are computed by every tick and never written.",
    "",
    "```mermaid",
    "stateDiagram-v2",
    "  [*] --> pending",
    ...TRANSITIONS.flatMap(formatArrows),
    "  completed --> [*]",
    "```",
    "",
    "| Row | From | Trigger | To | When | Evidence |",
    "| ---: | --- | --- | --- | --- | --- |",
    ...TRANSITIONS.toSorted((a, b) => a.row - b.row).map(
      ({ row: number, from, trigger, to, when, evidence }) =>
        `| ${number} | ${isAny(from) ? "any" : from.join(", ")} | ${trigger} | ${to} | ${when} | ${evidence} |`,
    ),
    "",
    `States: ${ISSUE_STATES.join(", ")}.`,
    "",
  ].join("\n");
}

/** What holds for every state is a note: twelve more arrows would hide the others. */
function formatArrows({ from, to, trigger, when }: Transition): readonly string[] {
  return isAny(from)
    ? [`  note right of pending : in any state, ${trigger} when ${when}`]
    : from.map((state) => `  ${state} --> ${to === "same" ? state : to}: ${trigger}`);
}

function isAny(from: Transition["from"]): boolean {
  return from.length === ISSUE_STATES.length;
}
