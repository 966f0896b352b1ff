// One measurement of the planner's bench, in a process of its own.
import type { Plan, PlanInput } from "../../src/core/plan/plan-types.ts";
import { planTick } from "../../src/core/plan/plan.ts";
import { answerCell } from "../cell.ts";
import { measure, type Timing } from "../measure.ts";
import { makeBacklog } from "./backlog.ts";
import { checkListOrder } from "./check-list-order.ts";
import { CONTESTANTS } from "./contestants.ts";
import { listIssues } from "./graph-lists.ts";
import type { CellRequest } from "./planner-cells.ts";

const SEED = 20_261_120;

await answerCell(measureCell);

function measureCell(text: string): Timing {
  const request: CellRequest = JSON.parse(text);
  const { runs, size } = request;
  if (request.what === "plan") {
    const input = makeBacklog(size, SEED);
    return measure(
      () => planTick(input),
      runs,
      (plan) => {
        checkPlan(input, plan);
      },
    );
  }
  const contestant = CONTESTANTS.find(({ name }) => name === request.contestant);
  if (contestant === undefined) {
    throw new Error(`There is no contestant ${request.contestant}.`);
  }
  const issues = listIssues(request.shape, size, SEED);
  return measure(
    () => contestant.order(issues),
    runs,
    (order) => {
      checkListOrder(issues, order);
    },
  );
}

/** A row for every open triggered issue, each after all that it waits for and that has a row. */
function checkPlan({ observation }: PlanInput, { rows, edges, cycles, orderCheck }: Plan): void {
  const triggered = [...observation.issues.values()].filter(
    ({ state, trigger }) => state === "open" && trigger !== undefined,
  );
  if (rows.length !== triggered.length || cycles.length > 0 || orderCheck === "violated") {
    throw new Error(`The plan has ${rows.length} rows for ${triggered.length} issues.`);
  }
  const planned = new Set(rows.map(({ issue }) => issue));
  const blockers = new Map<number, number[]>(rows.map(({ issue }) => [issue, []]));
  for (const { from, to } of edges) {
    if (planned.has(from)) {
      blockers.get(to)?.push(from);
    }
  }
  checkListOrder(
    Array.from(blockers, ([number, blockedBy]) => ({ number, blockedBy })),
    rows.map(({ issue }) => issue),
  );
}
