import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { SandboxSettings } from "../../core/configuration.ts";
import { ConfigurationError } from "../../core/failure.ts";
import { explainMissingSandbox } from "../../core/session/preflight.ts";
import type { Log } from "../../ports/log.ts";
import type { ClaimPlaces } from "../workspace/session-places.ts";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { copyFolder } from "./copy-folder.ts";
import { existing, findReach } from "./find-reach.ts";
import { locateSandbox, SANDBOX_EXEC, tryStart } from "./find-sandbox.ts";
import type { Reach } from "./reach.ts";
import { seatbeltProfile } from "./seatbelt.ts";

export interface SessionSandboxOptions {
  readonly places: ClaimPlaces;
  /** The runner's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** A sandbox that was tried, and what it is to leave within reach. */
export interface Confinement {
  readonly kind: "bubblewrap" | "seatbelt";
  readonly reach: Reach;
}

/** The sandbox of one session's commands: the agent's and those of the configuration [F72]. */
export class SessionSandbox {
  readonly #options: SessionSandboxOptions;
  #confinement: Promise<Confinement | undefined> | undefined;

  constructor(options: SessionSandboxOptions) {
    this.#options = options;
  }

  /**
   * Returns what commands in the worktree may reach; `undefined` = there is no sandbox, and there
   * need not be one. Throws `ConfigurationError` when there has to be one. Asked once: a machine
   * does not change under a session.
   */
  async confine(settings: SandboxSettings, worktree: string): Promise<Confinement | undefined> {
    this.#confinement ??= this.#find(settings, worktree);
    return await this.#confinement;
  }

  /**
   * Returns the command line that runs `command` in the sandbox. On macOS only where that is
   * required: what brings a sandbox of its own, as builds of Swift packages do, fails in another.
   */
  async wrap(
    command: readonly string[],
    settings: SandboxSettings,
    worktree: string,
    writable: readonly string[],
  ): Promise<readonly string[]> {
    const confinement = await this.confine(settings, worktree);
    if (
      confinement === undefined ||
      (confinement.kind === "seatbelt" && settings.mode !== "required")
    ) {
      return command;
    }
    const { reach } = confinement;
    const more = { ...reach, writable: [...reach.writable, ...writable] };
    return [...(await this.#enter({ ...confinement, reach: more }, worktree)), ...command];
  }

  async #find(settings: SandboxSettings, worktree: string): Promise<Confinement | undefined> {
    if (settings.mode === "off") {
      return undefined;
    }
    const { places, environment, log } = this.#options;
    await mkdir(places.home, { recursive: true, mode: 0o700 });
    await mkdir(places.temporary, { recursive: true, mode: 0o700 });
    const path = environment["PATH"] ?? "";
    const located = await locateSandbox(path);
    if (located.kind === "none") {
      // The look at the machine has told people already.
      return goWithout(located.problem, settings, (message) => log.info(message));
    }
    const { execPath } = process;
    const reach = await findReach({ places, worktree, environment, execPath, settings });
    const confinement = { kind: located.kind, reach };
    const entry = await this.#enter(confinement, worktree);
    const started = await tryStart(located.kind, [...entry, "true"], path);
    return started.kind === "none"
      ? goWithout(started.problem, settings, (message) => log.notice(message))
      : confinement;
  }

  /** The beginning of a command line that runs what follows in the sandbox. */
  async #enter({ kind, reach }: Confinement, worktree: string): Promise<readonly string[]> {
    if (kind === "seatbelt") {
      return [SANDBOX_EXEC, "-p", seatbeltProfile(reach)];
    }
    const { places } = this.#options;
    const temporary = join(places.scratch, "tmp");
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    // Programs that do not ask HOME or TMPDIR find the session's all the same.
    const stands = [
      ...reach.homes.map((place) => ({ source: places.home, place })),
      ...["/tmp", "/var/tmp"].map((place) => ({ source: temporary, place })),
      ...(await this.#copyRepository()),
    ].filter(({ place }) => !reach.writable.includes(place));
    // Sockets come and go; nothing can be laid over a file that is gone.
    const hiddenFiles = await existing(reach.hiddenFiles);
    const secrets = await existing(reach.secrets);
    const here = { ...reach, hiddenFiles, secrets };
    return ["bwrap", ...bubblewrapArguments({ reach: here, stands, directory: worktree })];
  }

  /**
   * A copy of the session's repository for the command to write: in its own, it could plant
   * configuration that the agent's git obeys outside of the sandbox.
   */
  async #copyRepository(): Promise<readonly { readonly source: string; readonly place: string }[]> {
    const { scratch } = this.#options.places;
    const place = join(scratch, "repository.git");
    const source = join(scratch, "command.git");
    await rm(source, { recursive: true, force: true });
    try {
      await copyFolder(place, source);
      return [{ source, place }];
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") {
        return [];
      }
      throw error;
    }
  }
}

function goWithout(
  problem: string,
  { mode }: SandboxSettings,
  tell: (message: string) => void,
): undefined {
  if (mode === "required") {
    throw new ConfigurationError(explainMissingSandbox(problem));
  }
  tell(`There is no sandbox for this session: ${problem}`);
}
