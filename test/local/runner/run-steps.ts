import { onTestFinished } from "vitest";

import { dispatched, EngineWorld } from "./engine-world.ts";

/** Runs one job with these steps; returns the world for questions, which ends with the test. */
export async function runSteps(
  steps: string,
  more: { readonly job?: string; readonly files?: Readonly<Record<string, string>> } = {},
): Promise<EngineWorld> {
  const job = `  one:\n    runs-on: ubuntu-latest\n${more.job ?? ""}    steps:\n${steps}`;
  const workflow = dispatched(
    job,
    "permissions: { contents: read }\nenv: { LEVEL: workflow, W: w }\n",
  );
  const opened = await EngineWorld.open(
    { ".github/workflows/ci.yml": workflow, ...more.files },
    { secrets: { KEY: "top-secret-value" } },
  );
  onTestFinished(() => opened.close());
  await opened.run("ci.yml");
  return opened;
}
