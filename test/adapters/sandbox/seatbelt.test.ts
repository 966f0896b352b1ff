import { describe, expect, it } from "vitest";

import { seatbeltProfile } from "../../../src/adapters/sandbox/seatbelt.ts";
import { A_REACH } from "./a-reach.ts";

describe("seatbeltProfile", () => {
  it("lets the later rule hold: hidden, shown, secret; nothing written but what may be [F72]", () => {
    expect(seatbeltProfile(A_REACH)).toMatchInlineSnapshot(`
      "(version 1)
      (allow default)
      (deny process-info*)
      (allow process-info* (target same-sandbox))
      (deny mach-priv-task-port)
      (deny mach-lookup (global-name "com.apple.SecurityServer"))
      (deny mach-lookup (global-name "com.apple.securityd.xpc"))
      (deny file-read-data (subpath "/home/ci"))
      (deny file-read-data (subpath "/home/ci/runner"))
      (deny file-read-data (subpath "/home/ci/runner/_work"))
      (deny file-read-data (subpath "/tmp"))
      (deny file-read-data (subpath "/run/docker.sock"))
      (allow file-read-data (subpath "/home/ci/runner/_work/_tool"))
      (allow file-read-data (subpath "/home/ci/.cargo"))
      (allow file-read-data (subpath "/home/ci/runner/_work/shop/.worktrees/issue-7"))
      (allow file-read-data (subpath "/home/ci/runner/_work/_temp/ws-1"))
      (deny file-read-data (subpath "/home/ci/.cargo/credentials.toml"))
      (deny file-write* (subpath "/"))
      (allow file-write-data (literal "/dev/null"))
      (allow file-write-data (literal "/dev/zero"))
      (allow file-write-data (literal "/dev/tty"))
      (allow file-write-data (literal "/dev/dtracehelper"))
      (allow file-write* (subpath "/home/ci/runner/_work/shop/.worktrees/issue-7"))
      (allow file-write* (subpath "/home/ci/runner/_work/_temp/ws-1"))
      (deny file-write* (subpath "/home/ci/runner/_work/shop/.worktrees/issue-7/.git"))
      "
    `);
  });

  it("keeps a path a path, whatever it holds", () => {
    const hidden = ['/tmp/a"b\\c) (allow default'];

    expect(seatbeltProfile({ ...A_REACH, hidden })).toContain(
      '(deny file-read-data (subpath "/tmp/a\\"b\\\\c) (allow default"))',
    );
  });
});
