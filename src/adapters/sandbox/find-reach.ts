import { readdir, realpath, stat } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";

import type { SandboxSettings } from "../../core/configuration.ts";
import type { ClaimPlaces } from "../workspace/session-places.ts";
import { findOwnSockets } from "./own-sockets.ts";
import { isWithin, type Reach } from "./reach.ts";
import { findToolRoots } from "./tool-roots.ts";

export interface ReachRequest {
  readonly places: ClaimPlaces;
  readonly worktree: string;
  /** The runner's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The program that runs the action: a runner brings its own Node. */
  readonly execPath: string;
  readonly settings: SandboxSettings;
}

/** Sockets of services that do for whoever asks what the sandbox forbids. */
const SOCKETS = [
  "/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/run/crio/crio.sock",
  "/run/podman/podman.sock",
  "/run/buildkit/buildkitd.sock",
  "/run/libvirt/libvirt-sock",
  "/var/lib/incus/unix.socket",
  "/var/lib/lxd/unix.socket",
  "/var/snap/lxd/common/lxd/unix.socket",
  "/run/snapd.socket",
  "/run/dbus/system_bus_socket",
];

/** Variables of the runner that say where something lies that programs read. */
const NEEDED_BY_NAME = ["RUNNER_TOOL_CACHE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];

/** Where toolchains keep tokens beside their programs. */
const SECRET_FILES = [
  ".credentials",
  ".git-credentials",
  ".netrc",
  ".npmrc",
  ".pypirc",
  "auth.json",
  "credentials",
  "credentials.json",
  "credentials.toml",
  "etc/npmrc",
  "gradle.properties",
  "settings.xml",
];

/** Looks at the machine for what a session's commands may reach on it [F72]. */
export async function findReach(request: ReachRequest): Promise<Reach> {
  const { places, worktree, environment, execPath, settings } = request;
  const runnerTemp = dirname(places.scratch);
  const work = dirname(runnerTemp);
  const homes = await existing([homedir(), userInfo().homedir]);
  const hidden = await existing([
    work,
    ...(await findRunners([...runnerOf(execPath), dirname(work)])),
    tmpdir(),
    "/tmp",
    "/var/tmp",
    `/run/user/${userInfo().uid}`,
  ]);
  const covered = [...homes, ...hidden];
  const tools = [
    ...(await findToolRoots(environment["PATH"] ?? "", covered, [runnerTemp, worktree])),
    ...NEEDED_BY_NAME.map((name) => environment[name] ?? ""),
    ...settings.readable.flatMap((path) =>
      path.startsWith("~/") ? homes.map((home) => join(home, path.slice(2))) : [path],
    ),
  ];
  const own = [
    join(places.mirror, "objects"),
    join(places.scratch, "start.git", "objects"),
    join(places.scratch, "repository.git"),
  ];
  const readable = await placed([...tools, ...own].filter((path) => path.startsWith("/")));
  const isCovered = (path: string): boolean => covered.some((folder) => isWithin(path, folder));
  const shown = readable.filter(isCovered);
  const sockets = (await existing([...SOCKETS, ...(await findOwnSockets())])).filter(
    (path) => !readable.includes(path),
  );
  return {
    homes,
    hidden: hidden.filter((path) => !homes.includes(path)),
    hiddenFiles: sockets.filter((path) => !isCovered(path)),
    readable: shown,
    secrets: [
      ...(await findSecrets(readable)),
      ...sockets.filter((path) => shown.some((folder) => isWithin(path, folder))),
    ],
    writable: await existing([worktree, places.home, places.temporary]),
    fixed: await existing([join(worktree, ".git")]),
  };
}

/** A runner brings the Node that runs actions, in its own folder. */
function runnerOf(execPath: string): readonly string[] {
  const [, folder] = /^(\/.+)\/externals\/[^/]+\/bin\/node$/.exec(execPath) ?? [];
  return folder === undefined ? [] : [folder];
}

/** The folders of runners, with their registration files, among some folders and beside them. */
async function findRunners(folders: readonly string[]): Promise<readonly string[]> {
  const beside = await Promise.all(
    folders.map(dirname).map(async (parent) => {
      const names = await readdir(parent).catch(() => []);
      return names.map((name) => join(parent, name));
    }),
  );
  const candidates = [...new Set([...folders, ...beside.flat()])];
  const areRunners = await Promise.all(
    candidates.map(async (folder) => {
      const files = [".runner", ".credentials"].map((name) => isFile(join(folder, name)));
      return (await Promise.all(files)).includes(true);
    }),
  );
  return candidates.filter((_, index) => areRunners[index] === true);
}

async function findSecrets(roots: readonly string[]): Promise<readonly string[]> {
  const paths = roots.flatMap((root) => SECRET_FILES.map((name) => join(root, name)));
  const areFiles = await Promise.all(paths.map(isFile));
  return paths.filter((_, index) => areFiles[index] === true);
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Those of some paths that are there, without links, each once. The root of all is never one. */
export async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => "")));
  return [...new Set(real)].filter((path) => path !== "" && path !== "/");
}

/** The same, with the places at which links stand. */
async function placed(paths: readonly string[]): Promise<readonly string[]> {
  const there = await existing(paths);
  const links = await Promise.all(
    paths.map(async (path) => {
      const folder = await realpath(dirname(path)).catch(() => "");
      const place = join(folder, path.slice(dirname(path).length));
      const isThere = folder !== "" && (await existing([place])).length > 0;
      return isThere ? [place] : [];
    }),
  );
  return [...new Set([...there, ...links.flat()])].filter((path) => path !== "/");
}
