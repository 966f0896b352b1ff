import { describe, expect, it } from "vitest";

import { bubblewrapArguments } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { A_REACH } from "./a-reach.ts";

describe("bubblewrapArguments", () => {
  it("lay what is shown over what is hidden, and what is hidden again over that [F72]", () => {
    const args = bubblewrapArguments({
      reach: A_REACH,
      stands: [
        { source: "/s/home", place: "/home/ci" },
        { source: "/s/tmp", place: "/tmp" },
      ],
      directory: "/home/ci/runner/_work/shop/.worktrees/issue-7",
    });

    expect(args.join(" ").replaceAll(" --", "\n--")).toMatchInlineSnapshot(`
      "--die-with-parent
      --new-session
      --unshare-user
      --unshare-pid
      --unshare-ipc
      --cap-drop ALL
      --ro-bind / /
      --dev /dev
      --proc /proc
      --ro-bind-try /proc/sys /proc/sys
      --bind /s/home /home/ci
      --tmpfs /home/ci/runner
      --tmpfs /home/ci/runner/_work
      --bind /s/tmp /tmp
      --ro-bind /dev/null /run/docker.sock
      --ro-bind /home/ci/.cargo /home/ci/.cargo
      --ro-bind /home/ci/runner/_work/_tool /home/ci/runner/_work/_tool
      --ro-bind /dev/null /home/ci/.cargo/credentials.toml
      --bind /home/ci/runner/_work/_temp/ws-1 /home/ci/runner/_work/_temp/ws-1
      --bind /home/ci/runner/_work/shop/.worktrees/issue-7 /home/ci/runner/_work/shop/.worktrees/issue-7
      --ro-bind /home/ci/runner/_work/shop/.worktrees/issue-7/.git /home/ci/runner/_work/shop/.worktrees/issue-7/.git
      --chdir /home/ci/runner/_work/shop/.worktrees/issue-7
      -- bash -c for fd in /proc/self/fd/*; do fd=\${fd##*/}; if ((fd > 2)); then exec {fd}>&-; fi; done; exec "$@" sandbox"
    `);
  });

  it("show a stand and not the original, also where that may be read", () => {
    const repository = "/home/ci/runner/_work/_temp/s/repository.git";
    const reach = { ...A_REACH, readable: [repository] };
    const stands = [{ source: "/s/copy", place: repository }];

    const args = bubblewrapArguments({ reach, stands, directory: "/" });

    expect(args.join(" ")).toContain(`--bind /s/copy ${repository}`);
    expect(args.join(" ")).not.toContain(`--ro-bind ${repository}`);
  });
});
