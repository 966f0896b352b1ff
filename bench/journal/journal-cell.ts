// One measurement of the journal's bench, in a process of its own.
import { answerCell } from "../cell.ts";
import { CONTESTANTS } from "./contestants.ts";
import type { JournalCellRequest } from "./journal-bench.ts";
import { type Measured, measureOperation } from "./operations.ts";

await answerCell(measureCell);

async function measureCell(text: string): Promise<Measured> {
  const { operation, contestant: wanted, place, runs }: JournalCellRequest = JSON.parse(text);
  const contestant = CONTESTANTS.find(({ name }) => name === wanted);
  if (contestant === undefined) {
    throw new Error(`There is no contestant ${wanted}.`);
  }
  return await measureOperation(operation, contestant, place, runs);
}
