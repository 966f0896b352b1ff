import * as v from "valibot";

/** The file `.github/water-spider.yml`; docs/water-spider.schema.json is generated from this. */

const name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._/-]{1,64}$/, "1 to 64 characters of A-Z, a-z, 0-9, '.', '_', '/', '-'"),
);

/** A text whose length is limited; the limits are part of the message that people get. */
function shortText(what: string, max: number): v.GenericSchema<string> {
  const message = `${what} of 1 to ${max} characters`;
  return v.pipe(v.string(), v.minLength(1, message), v.maxLength(max, message));
}

const login = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,39}$/, "a GitHub login without @"));
const command = shortText("a command", 1_000);
const label = shortText("a label", 50);

/** A whole number; the bounds are part of the message that people get. */
function whole(min: number, max: number): v.GenericSchema<number> {
  return v.pipe(
    v.number(),
    v.integer(`a whole number from ${min} to ${max}`),
    v.minValue(min, `a whole number from ${min} to ${max}`),
    v.maxValue(max, `a whole number from ${min} to ${max}`),
  );
}

/** `30m`, `2h`, `90s`: a duration with its unit. */
const duration = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,5}[smh]$/, "a duration such as 90s, 30m or 2h"),
);

/** `500m`, `20g`: an amount of disk space. */
const size = v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}[mg]$/, "an amount such as 500m or 20g"));

/** A directory of the repository. */
const directory = v.pipe(
  v.string(),
  v.regex(
    /^(?!\.{1,2}(\/|$))[^/\\\s"-][^/\\"]*(\/(?!\.{1,2}(\/|$))[^/\\"]+)*$/,
    "a directory such as packages/shop, without a slash at its ends",
  ),
  v.maxLength(200, "a directory of 1 to 200 characters"),
);

/** A path outside of the repository. */
const outerPath = v.pipe(
  v.string(),
  v.regex(
    /^~?(\/(?!\.{1,2}(\/|$))[^/"]+)+$/,
    "a path such as ~/.rustup or /opt/tools, without a slash at its end",
  ),
  v.maxLength(200, "a path of 1 to 200 characters"),
);

/** A host by its name, or all below a domain: what Claude Code takes, but for addresses. */
const host = v.pipe(
  v.string(),
  v.regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/,
    "a host such as packages.example.org, or *.example.org for all below a domain",
  ),
  v.maxLength(200, "a host of 1 to 200 characters"),
);

const machine = v.strictObject({
  name,
  labels: v.pipe(v.array(name), v.minLength(1, "at least one runner label")),
  slots: whole(1, 20),
});

const described = <const S extends v.GenericSchema>(
  schema: S,
  text: string,
): v.OptionalSchema<
  v.SchemaWithPipe<readonly [S, v.DescriptionAction<v.InferOutput<S>, string>]>,
  undefined
> => v.optional(v.pipe(schema, v.description(text)));

export const configurationSchema = v.strictObject({
  "trigger-label": described(label, "Label that puts an issue into the queue."),
  "allow-public": described(
    v.boolean(),
    "Run in a public repository, where strangers write issues.",
  ),
  "ref-prefix": described(
    v.picklist(["refs/water-spider/", "refs/heads/water-spider/"]),
    "Where the journal lives; the second where rules refuse refs of our own.",
  ),
  "branch-prefix": described(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,50}$/, "a branch name's beginning")),
    "Branches are named with this and the issue's number.",
  ),
  "escalate-to": described(
    v.pipe(v.array(login), v.maxLength(10, "at most 10 logins")),
    "Logins that are mentioned when a person is needed, besides the issue's assignees.",
  ),
  "max-parallel": described(whole(1, 20), "Sessions at the same time, over all runs."),
  "max-open-prs": described(whole(1, 100), "Open pull requests of ours before dispatch waits."),
  limits: described(
    v.strictObject({
      "starts-per-actor": described(
        whole(1, 1000),
        "Deliveries that one person starts within an hour; the rest of theirs waits.",
      ),
    }),
    "What one person can set going.",
  ),
  "avoid-overlap": described(
    v.boolean(),
    "Issues that declare the same paths wait for each other.",
  ),
  "unblock-on": described(
    v.picklist(["merged", "pr-created", "closed"]),
    "When a blocker counts as resolved.",
  ),
  machines: described(
    v.pipe(
      v.array(machine),
      v.minLength(1, "at least one machine"),
      v.maxLength(20, "at most 20 machines"),
    ),
    "Computers with self-hosted runners, in the order in which they are filled.",
  ),
  trust: described(
    v.strictObject({
      bots: described(v.array(whole(1, 2 ** 31)), "Numeric ids of bots that may set the label."),
    }),
    "Who may start work, besides people with write permission.",
  ),
  priority: described(
    v.strictObject({
      mode: described(v.picklist(["strict", "weighted"]), "Class first, or a weighted sum."),
      weights: described(
        v.tuple([whole(0, 1000), whole(0, 1000), whole(0, 1000), whole(0, 1000)]),
        "Shown score of P0 to P3.",
      ),
      ageing: described(
        v.strictObject({
          days: described(whole(1, 365), "Days per class."),
          classes: described(whole(0, 2), "Most classes gained."),
        }),
        "Issues that wait long move up.",
      ),
    }),
    "Order of the ready issues.",
  ),
  estimate: described(
    v.strictObject({ default: described(duration, "For issues without a label and history.") }),
    "Expected session time.",
  ),
  dependencies: described(
    v.strictObject({
      sources: described(
        v.array(v.picklist(["labels", "body", "native", "sub-issues", "task-lists"])),
        "Where dependencies are read from.",
      ),
    }),
    "What blocks an issue.",
  ),
  workspace: described(
    v.strictObject({
      sparse: described(
        v.pipe(v.array(directory), v.maxLength(100, "at most 100 directories")),
        "Directories to check out, with the files beside the way to them; none means all.",
      ),
      submodules: described(v.boolean(), "Check out submodules, and theirs."),
      recycle: described(
        v.boolean(),
        "Start a session with the untouched files of the one before, where that is faster.",
      ),
      "min-free-disk": described(size, "A machine with less free disk space starts no session."),
    }),
    "How a session's worktree is made.",
  ),
  prepare: described(
    v.strictObject({
      commands: described(
        v.pipe(v.array(command), v.maxLength(10, "at most 10 commands")),
        "Commands that make a fresh worktree ready, for example npm ci.",
      ),
      limit: described(duration, "Time limit of all of them together."),
    }),
    "What runs in the worktree before the session.",
  ),
  checks: described(
    v.strictObject({
      build: described(command, "Command that builds the project."),
      test: described(command, "Command that runs its tests."),
      lint: described(command, "Command that lints it."),
      limit: described(duration, "Time limit of each command."),
    }),
    "Commands that judge the work, by their exit code.",
  ),
  session: described(
    v.strictObject({
      model: described(
        v.pipe(v.string(), v.regex(/^[A-Za-z0-9._:/@-]{1,100}$/, "a model's name")),
        "Model of the agent.",
      ),
      soft: described(
        duration,
        "When a session that works on says so, and its machine keeps a checkpoint.",
      ),
      hard: described(duration, "A session ends after this time."),
      stall: described(duration, "A session that says nothing for this long is ended."),
      "max-turns": described(whole(1, 1000), "Turns of the agent."),
      sandbox: described(
        v.picklist(["auto", "required", "off"]),
        "Commands run apart from the rest of the machine: where it can, always, or never.",
      ),
      "sandbox-hosts": described(
        v.pipe(v.array(host), v.maxLength(50, "at most 50 hosts")),
        "What the agent's commands may reach of the network, which is closed to them otherwise.",
      ),
      "sandbox-read": described(
        v.pipe(v.array(outerPath), v.maxLength(50, "at most 50 paths")),
        "What the sandbox hides and commands need all the same, for example a toolchain.",
      ),
    }),
    "Limits of one session.",
  ),
  budget: described(
    v.strictObject({
      session: described(v.pipe(v.number(), v.minValue(0.01, "at least 0.01")), "USD per session."),
    }),
    "What may be spent.",
  ),
  retry: described(
    v.strictObject({
      max: described(whole(0, 10), "Attempts after the first one."),
      delays: described(
        v.pipe(v.array(duration), v.minLength(1, "at least one duration")),
        "Waits before each of them.",
      ),
      cap: described(duration, "No wait is longer than this."),
      "jitter-percent": described(whole(0, 100), "Percent of a wait by which chance moves it."),
    }),
    "Attempts after a failure that may pass.",
  ),
  quality: described(
    v.strictObject({
      pr: described(whole(0, 100), "Points for a pull request that is ready for review."),
      human: described(whole(0, 100), "Points for a draft that a person looks at."),
    }),
    "Bands of the quality score.",
  ),
  history: described(
    v.strictObject({
      queue: described(whole(0, 365), "Days in which an ended delivery keeps its record."),
      sessions: described(whole(1, 365), "Days of finished sessions that reports look back on."),
      metrics: described(whole(1, 365), "Days of figures and of estimates by experience."),
    }),
    "How long the journal's tree keeps finished work; commits keep it for ever.",
  ),
  api: described(
    v.strictObject({
      floor: described(
        whole(0, 1_000),
        "With fewer API requests left this hour, ticks only read: nothing starts.",
      ),
    }),
    "Use of GitHub's API.",
  ),
});

export type ConfigurationFile = v.InferOutput<typeof configurationSchema>;
