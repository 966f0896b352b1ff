import type { Configuration } from "../../core/configuration.ts";
import type { ConfigurationFile } from "./schema.ts";

/** Returns the complete configuration: what the file says, and the settled default of the rest. */
export function withDefaults(file: ConfigurationFile): Configuration {
  const { priority, session, retry, quality, prepare, checks } = file;
  return {
    triggerLabel: file["trigger-label"] ?? "trigger:agent-execute",
    refPrefix: file["ref-prefix"] ?? "refs/water-spider/",
    branchPrefix: file["branch-prefix"] ?? "feature/issue-",
    allowPublic: file["allow-public"] ?? false,
    escalateTo: file["escalate-to"] ?? [],
    maxParallel: file["max-parallel"] ?? 5,
    maxOpenPullRequests: file["max-open-prs"] ?? 10,
    startsPerActor: file.limits?.["starts-per-actor"] ?? 20,
    avoidOverlap: file["avoid-overlap"] ?? true,
    unblockOn: file["unblock-on"] ?? "merged",
    machines: file.machines ?? [
      { name: "mac-1", labels: ["self-hosted", "macOS", "ARM64", "mac-1"], slots: 3 },
      { name: "mac-2", labels: ["self-hosted", "macOS", "ARM64", "mac-2"], slots: 2 },
    ],
    trust: { bots: file.trust?.bots ?? [] },
    priority: {
      mode: priority?.mode ?? "strict",
      weights: priority?.weights ?? [100, 75, 50, 25],
      ageingDays: priority?.ageing?.days ?? 7,
      ageingClasses: priority?.ageing?.classes ?? 1,
    },
    estimateDefaultMinutes: minutes(file.estimate?.default ?? "30m"),
    dependencySources: file.dependencies?.sources ?? ["labels", "body", "native", "sub-issues"],
    workspace: {
      sparse: file.workspace?.sparse ?? [],
      submodules: file.workspace?.submodules ?? false,
      recycle: file.workspace?.recycle ?? true,
      minFreeDiskBytes: bytes(file.workspace?.["min-free-disk"]),
    },
    prepare: {
      commands: prepare?.commands ?? [],
      limitMinutes: minutes(prepare?.limit ?? "10m"),
    },
    checks: { build: checks?.build, test: checks?.test, lint: checks?.lint },
    session: {
      model: session?.model,
      softMinutes: minutes(session?.soft ?? "30m"),
      hardMinutes: minutes(session?.hard ?? "2h"),
      stallMinutes: minutes(session?.stall ?? "10m"),
      maxTurns: session?.["max-turns"] ?? 200,
      maxBudgetUsd: file.budget?.session ?? 5,
      checkMinutes: minutes(checks?.limit ?? "10m"),
      sandbox: {
        mode: session?.sandbox ?? "auto",
        readable: session?.["sandbox-read"] ?? [],
        hosts: session?.["sandbox-hosts"] ?? [],
      },
    },
    retry: {
      max: retry?.max ?? 3,
      delaysMinutes: (retry?.delays ?? ["5m", "10m", "20m"]).map(minutes),
      capMinutes: minutes(retry?.cap ?? "60m"),
      jitterShare: (retry?.["jitter-percent"] ?? 10) / 100,
    },
    quality: { pullRequest: quality?.pr ?? 80, human: quality?.human ?? 60 },
    history: {
      queueDays: file.history?.queue ?? 7,
      sessionDays: file.history?.sessions ?? 30,
      metricDays: file.history?.metrics ?? 90,
    },
    api: { floor: file.api?.floor ?? 150 },
  };
}

const MINUTES_PER_UNIT: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60 };

/** Reads `90s`, `30m` or `2h`, which the schema has checked. */
function minutes(text: string): number {
  return Number(text.slice(0, -1)) * (MINUTES_PER_UNIT[text.slice(-1)] ?? 1);
}

const BYTES_PER_UNIT: Readonly<Record<string, number>> = { m: 10 ** 6, g: 10 ** 9 };

/** Reads `500m` or `20g`, which the schema has checked. */
function bytes(text: string | undefined): number | undefined {
  return text === undefined
    ? undefined
    : Number(text.slice(0, -1)) * (BYTES_PER_UNIT[text.slice(-1)] ?? 1);
}
