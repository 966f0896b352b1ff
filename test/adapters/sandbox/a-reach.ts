import type { Reach } from "../../../src/adapters/sandbox/reach.ts";

/** The session machine of one user with a runner in the home, as `findReach` sees it. */
export const A_REACH: Reach = {
  homes: ["/home/ci"],
  hidden: ["/home/ci/runner", "/home/ci/runner/_work", "/tmp"],
  hiddenFiles: ["/run/docker.sock"],
  readable: ["/home/ci/runner/_work/_tool", "/home/ci/.cargo"],
  secrets: ["/home/ci/.cargo/credentials.toml"],
  writable: ["/home/ci/runner/_work/shop/.worktrees/issue-7", "/home/ci/runner/_work/_temp/ws-1"],
  fixed: ["/home/ci/runner/_work/shop/.worktrees/issue-7/.git"],
};
