import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Git } from "../../src/adapters/git/git.ts";
import { parseSessionResult, type SessionResult } from "../../src/core/session/session-result.ts";
import { ClaimedSessions, DONE } from "./claimed-sessions.ts";
import type { ActionRun } from "./dist-action.ts";
import {
  CANARY,
  EVERYTHING,
  PLANTED,
  plantFiles,
  reachScript,
  WRITTEN,
} from "./planted-secrets.ts";

/** Everything that a process of the session is given: its own environment and that of its parents in the session. */
const LOOK = `
{
  echo "== $1"; env
  for one in /proc/[0-9]*; do
    tr '\\0' '\\n' < $one/environ > .environ 2>/dev/null || continue
    grep -q "^WATER_SPIDER_SESSION=" .environ && cat .environ
  done
  rm -f .environ
  echo "== git"; git config --list --show-origin; git remote -v
  echo "== home"; cat ~/.gitconfig ~/.npmrc ~/.netrc; ls -lR ~
  echo "== descriptors"; ls -l /proc/self/fd; cat <&3
} >> "looked-$1.txt" 2>&1
cat "looked-$1.txt"; cp "looked-$1.txt" FOLDER/
`;

const AS_NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups";
/** Another user can only be tried by one who may change users. */
const canChangeUser = process.platform === "linux" && process.getuid?.() === 0;

describe.runIf(process.platform === "linux")(
  "the secrets of a session's job, without a sandbox [F72, N14]",
  () => {
    let folder: string;
    let sessions: ClaimedSessions;
    let token: string;
    let run: ActionRun;
    let result: SessionResult;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "water-spider-no-secret-"));
      const script = (text: string): string => text.trimStart().replaceAll("FOLDER", folder);
      const configuration = {
        prepare: { commands: ["bash look.sh prepare"] },
        checks: {
          build: canChangeUser ? `${AS_NOBODY} bash -c "$(cat reach.sh)"` : "true",
          test: "bash look.sh checks",
          lint: "bash reach.sh",
        },
        session: { sandbox: "off" },
      };
      sessions = await ClaimedSessions.claim({
        folder,
        issues: 1,
        files: {
          "look.sh": script(LOOK),
          "reach.sh": reachScript(folder),
          ".github/water-spider.yml": JSON.stringify(configuration),
        },
        steps: [
          { calls: [{ tool: "Bash", input: { command: "bash look.sh prepare" } }] },
          { calls: [{ tool: "Bash", input: { command: "bash look.sh checks" } }] },
          DONE,
        ],
      });
      const [leg] = sessions.legs;
      if (leg === undefined) {
        throw new Error("Nothing was claimed.");
      }
      token = await sessions.sessionToken(leg);
      await plantFiles(folder);
      run = await sessions.run(leg, token, PLANTED.inputs, PLANTED.environment);
      const handoff = v.parse(v.string(), run.outputs.get("handoff"));
      const parsed = parseSessionResult(await readFile(join(handoff, "result.json"), "utf8"));
      if ("error" in parsed) {
        throw new Error(`${parsed.error}\n${run.stdout}\n${run.stderr}`);
      }
      result = parsed;
    });

    afterAll(async () => {
      await sessions.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    });

    function expectNoSecret(text: string): void {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain(token);
      expect(text).not.toContain(Buffer.from(`x-access-token:${token}`).toString("base64"));
    }

    it("are looked for by a session that does its work", () => {
      expect(result).toMatchObject({ ending: "worked" });
      expect(result.checks.map(({ status }) => status)).toEqual(["passed", "passed", "passed"]);
      expect(result.agent.deniedTools).toEqual([]);
    });

    it("are in nothing that prepare, the agent or the checks are given", async () => {
      const prepare = await readFile(join(folder, "looked-prepare.txt"), "utf8");
      const checks = await readFile(join(folder, "looked-checks.txt"), "utf8");

      // Prepare and the agent wrote the one, the agent and the checks the other.
      expect(prepare.match(/^== prepare$/gm)).toHaveLength(2);
      expect(checks.match(/^== checks$/gm)).toHaveLength(2);
      // The agent's own process was seen, with what it is given alone.
      expect(checks).toContain("CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR=3");
      expectNoSecret(prepare);
      expectNoSecret(checks);
    });

    it("are not in the bundle, with everything that the session saw as its work", async () => {
      const handoff = v.parse(v.string(), run.outputs.get("handoff"));
      const git = new Git({ cwd: folder });
      const clone = join(folder, "work.git");
      await git.run([
        "clone",
        "--quiet",
        "--bare",
        join(folder, "github/git/acme/shop.git"),
        clone,
      ]);
      const there = git.with({ cwd: clone });
      await there.run(["fetch", "--quiet", join(handoff, "changes.bundle"), "+refs/*:refs/work/*"]);
      const refs = await there.run(["for-each-ref", "--format=%(refname)", "refs/work"]);

      const work = await there.run(["show", "--text", refs.split("\n")[0] ?? ""]);

      expect(work).toContain("== checks");
      expectNoSecret(work);
    });

    it("are not in the log, the result, the transcript, or what else is uploaded", async () => {
      // The runner takes this command for itself: from then on it hides the value.
      const log = run.stdout.replaceAll(/^::add-mask::.*$/gm, "");
      const uploads = ["handoff", "transcripts"].map((name) =>
        v.parse(v.string(), run.outputs.get(name)),
      );

      expectNoSecret(log + run.stderr + run.summary + [...run.outputs.values()].join("\n"));
      for (const upload of uploads) {
        const names = await readdir(upload);
        expect(names.length).toBeGreaterThan(0);
        for (const name of names) {
          expectNoSecret(await readFile(join(upload, name), "latin1"));
        }
      }
    });

    it("can be reached by code that looks for them as the same user: docs/threat-model.md lists them", async () => {
      const reached = result.checks
        .find(({ name }) => name === "lint")
        ?.tail.trim()
        .split("\n");

      expect(reached?.toSorted()).toEqual(EVERYTHING);
      expect(await readdir(folder)).toContain(WRITTEN);
    });

    it.runIf(canChangeUser)("cannot be reached by code that runs as another user", () => {
      expect(result.checks.find(({ name }) => name === "build")).toMatchObject({
        status: "passed",
        tail: "looked\n",
      });
    });
  },
);
