import type { Reach } from "./reach.ts";

/** A folder of the session that is shown in the place of another, and can be written. */
export interface Stand {
  readonly source: string;
  readonly place: string;
}

export interface BubblewrapOptions {
  readonly reach: Reach;
  readonly stands: readonly Stand[];
  /** Where the command starts. */
  readonly directory: string;
}

/** Closes what the runner may have left open: a folder's descriptor leads out of the sandbox. */
const CLOSE =
  'for fd in /proc/self/fd/*; do fd=${fd##*/}; if ((fd > 2)); then exec {fd}>&-; fi; done; exec "$@"';

/**
 * A process view and a user namespace of its own: no environment or memory of others is in reach,
 * no capability is left, and everything inside ends with bubblewrap. The network is the machine's.
 */
const APART = [
  ["--die-with-parent", "--new-session"],
  ["--unshare-user", "--unshare-pid", "--unshare-ipc"],
  ["--cap-drop", "ALL"],
  ["--ro-bind", "/", "/"],
  ["--dev", "/dev"],
  ["--proc", "/proc"],
  // To root, the settings of the kernel would be open to writing.
  ["--ro-bind-try", "/proc/sys", "/proc/sys"],
].flat();

/** Arguments of `bwrap` before the command; what comes later lies over what came before. */
export function bubblewrapArguments(options: BubblewrapOptions): readonly string[] {
  const { reach, stands, directory } = options;
  const { homes, hidden, hiddenFiles, readable, secrets, writable, fixed } = reach;
  const mounts = new Map(
    [...homes, ...hidden].map((path): [string, readonly string[]] => [path, ["--tmpfs", path]]),
  );
  stands.forEach(({ source, place }) => mounts.set(place, ["--bind", source, place]));
  return [
    APART,
    // A folder before what lies in it.
    [...mounts].toSorted(([one], [other]) => compare(one, other)).flatMap(([, mount]) => mount),
    hiddenFiles.flatMap(hide),
    readable
      .filter((path) => !stands.some(({ place }) => place === path))
      .toSorted(compare)
      .flatMap(show),
    secrets.toSorted(compare).flatMap(hide),
    writable.toSorted(compare).flatMap((path) => ["--bind", path, path]),
    fixed.flatMap(show),
    ["--chdir", directory, "--"],
    ["bash", "-c", CLOSE, "sandbox"],
  ].flat();
}

function show(path: string): readonly string[] {
  return ["--ro-bind", path, path];
}

function hide(path: string): readonly string[] {
  return ["--ro-bind", "/dev/null", path];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : 1;
}
