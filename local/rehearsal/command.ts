import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { RehearsalOptions } from "./arguments.ts";
import { checkTools, RefusedError } from "./preflight.ts";
import { findProject } from "./project.ts";
import { rehearse } from "./rehearsal.ts";
import { formatJson, formatReport, type RehearsalResult } from "./report.ts";
import { readSample } from "./sample.ts";
import { killProcessesOf } from "./sweep.ts";
import { startWorld, type World } from "./world.ts";

const EXIT = { asExpected: 0, notAsExpected: 1, refused: 2, interrupted: 130 } as const;
/** What stops in good order within this time; whatever is left then is killed. */
const STOP_WITHIN_MS = 1_200;
/** Folders that nobody looks into after a rehearsal that went well. */
const WORK_FOLDERS = ["runners", "repositories", "machines", "layout"];

/** Runs a rehearsal as the command line asks for it; returns the exit code. */
export async function runCommand(options: RehearsalOptions): Promise<number> {
  const startedMs = Date.now();
  let folder: string | undefined;
  let world: World | undefined;
  let interrupted = false;
  const stop = async (): Promise<void> => {
    await Promise.race([world?.stop(), sleep(STOP_WITHIN_MS)]);
    if (folder !== undefined) {
      await killProcessesOf(folder);
    }
  };
  const interruption = interruptedBySignal(async () => {
    interrupted = true;
    await stop();
    await removeFolders(options.keep ? [] : [folder]);
  });
  const work = async (): Promise<number> => {
    const tools = await checkTools(options, process.env);
    const project = findProject();
    const sample = readSample(join(project, "local/sample"));
    folder = await realpath(await mkdtemp(join(tmpdir(), "water-spider-rehearsal-")));
    world = await startWorld({ project, folder, sample, tools, port: options.port });
    const result = await rehearse({ world, sample, tools, options, folder, startedMs });
    await stop();
    if (result.ok && !options.keep) {
      await removeFolders(WORK_FOLDERS.map((name) => join(result.where.folder, name)));
    }
    print(result, options);
    return result.ok ? EXIT.asExpected : EXIT.notAsExpected;
  };
  try {
    return await Promise.race([work(), interruption]);
  } catch (error) {
    if (interrupted) {
      return await interruption;
    }
    await stop();
    if (error instanceof RefusedError) {
      await removeFolders([folder]);
      console.error(error.message);
      return EXIT.refused;
    }
    console.error(error);
    console.error(folder === undefined ? "" : `What there is of it was kept in ${folder}.`);
    return EXIT.notAsExpected;
  }
}

/** Resolves with the exit code after a signal, when everything has been cleared away. */
function interruptedBySignal(clear: () => Promise<void>): Promise<number> {
  let isClearing = false;
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        // People press Ctrl-C twice; the second one must not cut the first one short.
        if (!isClearing) {
          isClearing = true;
          console.error(`\nStopped by ${signal}; ending every process of the rehearsal.`);
          void clear().finally(() => resolve(EXIT.interrupted));
        }
      });
    }
  });
}

function print(result: RehearsalResult, options: RehearsalOptions): void {
  process.stdout.write(options.json ? formatJson(result) : formatReport(result));
}

async function removeFolders(folders: readonly (string | undefined)[]): Promise<void> {
  for (const folder of folders) {
    if (folder !== undefined) {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
