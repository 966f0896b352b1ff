import * as v from "valibot";

import type { Configuration } from "../../src/core/configuration.ts";
import { formatMinutes } from "../../src/core/text/estimate.ts";
import { formatTable } from "./markdown-table.ts";

type Value = string | number | boolean | readonly Value[] | undefined;

/**
 * Where the default of each setting is found. A setting that is missing here has no row, which
 * `formatConfigurationTable` refuses.
 */
const DEFAULTS: Readonly<Record<string, (defaults: Configuration) => Value>> = {
  "trigger-label": ({ triggerLabel }) => triggerLabel,
  "allow-public": ({ allowPublic }) => allowPublic,
  "ref-prefix": ({ refPrefix }) => refPrefix,
  "branch-prefix": ({ branchPrefix }) => branchPrefix,
  "escalate-to": ({ escalateTo }) => escalateTo,
  "max-parallel": ({ maxParallel }) => maxParallel,
  "max-open-prs": ({ maxOpenPullRequests }) => maxOpenPullRequests,
  "limits.starts-per-actor": ({ startsPerActor }) => startsPerActor,
  "avoid-overlap": ({ avoidOverlap }) => avoidOverlap,
  "unblock-on": ({ unblockOn }) => unblockOn,
  machines: ({ machines }) => machines.map(({ name, slots }) => `${name}: ${slots} slots`),
  "trust.bots": ({ trust }) => trust.bots,
  "priority.mode": ({ priority }) => priority.mode,
  "priority.weights": ({ priority }) => priority.weights,
  "priority.ageing.days": ({ priority }) => priority.ageingDays,
  "priority.ageing.classes": ({ priority }) => priority.ageingClasses,
  "estimate.default": ({ estimateDefaultMinutes }) => formatMinutes(estimateDefaultMinutes),
  "dependencies.sources": ({ dependencySources }) => dependencySources,
  "workspace.sparse": ({ workspace }) => workspace.sparse,
  "workspace.submodules": ({ workspace }) => workspace.submodules,
  "workspace.recycle": ({ workspace }) => workspace.recycle,
  "workspace.min-free-disk": ({ workspace }) => workspace.minFreeDiskBytes,
  "prepare.commands": ({ prepare }) => prepare.commands,
  "prepare.limit": ({ prepare }) => formatMinutes(prepare.limitMinutes),
  "checks.build": ({ checks }) => checks.build,
  "checks.test": ({ checks }) => checks.test,
  "checks.lint": ({ checks }) => checks.lint,
  "checks.limit": ({ session }) => formatMinutes(session.checkMinutes),
  "session.model": ({ session }) => session.model,
  "session.soft": ({ session }) => formatMinutes(session.softMinutes),
  "session.hard": ({ session }) => formatMinutes(session.hardMinutes),
  "session.stall": ({ session }) => formatMinutes(session.stallMinutes),
  "session.max-turns": ({ session }) => session.maxTurns,
  "session.sandbox": ({ session }) => session.sandbox.mode,
  "session.sandbox-hosts": ({ session }) => session.sandbox.hosts,
  "session.sandbox-read": ({ session }) => session.sandbox.readable,
  "budget.session": ({ session }) => session.maxBudgetUsd,
  "retry.max": ({ retry }) => retry.max,
  "retry.delays": ({ retry }) => retry.delaysMinutes.map(formatMinutes),
  "retry.cap": ({ retry }) => formatMinutes(retry.capMinutes),
  "retry.jitter-percent": ({ retry }) => Math.round(100 * retry.jitterShare),
  "history.queue": ({ history }) => history.queueDays,
  "history.sessions": ({ history }) => history.sessionDays,
  "history.metrics": ({ history }) => history.metricDays,
  "api.floor": ({ api }) => api.floor,
  "quality.pr": ({ quality }) => quality.pullRequest,
  "quality.human": ({ quality }) => quality.human,
};

const node = v.looseObject({
  kind: v.string(),
  type: v.string(),
  wrapped: v.optional(v.unknown()),
  entries: v.optional(v.record(v.string(), v.unknown())),
  item: v.optional(v.unknown()),
  items: v.optional(v.array(v.unknown())),
  options: v.optional(v.array(v.string())),
  pipe: v.optional(v.array(v.unknown())),
  message: v.optional(v.unknown()),
  description: v.optional(v.string()),
});

type Node = v.InferOutput<typeof node>;

/**
 * Returns a row for every setting of the schema: key, default, what is allowed, meaning. Throws when
 * a setting has no default here or no description there.
 */
export function formatConfigurationTable(schema: unknown, defaults: Configuration): string {
  const rows = listSettings(schema, []).map(({ key, value, description }) => {
    const read = DEFAULTS[key];
    if (read === undefined || description === "") {
      throw new Error(`The setting '${key}' needs a description and an entry in DEFAULTS.`);
    }
    return [`\`${key}\``, formatValue(read(defaults)), formatAllowed(value), description];
  });
  return formatTable(["Key", "Default", "Allowed", "Meaning"], rows);
}

interface Setting {
  readonly key: string;
  readonly value: Node;
  readonly description: string;
}

function listSettings(schema: unknown, path: readonly string[]): readonly Setting[] {
  const value = unwrap(schema);
  if (value.entries !== undefined) {
    return Object.entries(value.entries).flatMap(([key, entry]) =>
      listSettings(entry, [...path, key]),
    );
  }
  const description = actionsOf(value).find(({ type }) => type === "description");
  return [{ key: path.join("."), value, description: description?.description ?? "" }];
}

function unwrap(schema: unknown): Node {
  const value = v.parse(node, schema);
  return value.wrapped === undefined ? value : unwrap(value.wrapped);
}

/** The checks and the description of a pipe, those of pipes inside it included. */
function actionsOf({ pipe }: Node): readonly Node[] {
  return (pipe ?? []).flatMap((part) => {
    const one = v.parse(node, part);
    return one.kind === "schema" ? actionsOf(one) : [one];
  });
}

/** What people may write, in the words of the message that they get otherwise. */
function formatAllowed(value: Node): string {
  if (value.item !== undefined) {
    const item = unwrap(value.item);
    return item.entries === undefined
      ? `list: ${formatAllowed(item)}`
      : `list of ${formatValue(Object.keys(item.entries))}`;
  }
  if (value.items !== undefined) {
    return `list of ${value.items.length}: ${formatAllowed(unwrap(value.items[0]))}`;
  }
  if (value.options !== undefined) {
    return formatValue(value.options);
  }
  const messages = actionsOf(value).map(({ message }) => message);
  const said = messages.find((message) => typeof message === "string");
  return value.type === "boolean" ? "`true`, `false`" : (said ?? value.type);
}

function formatValue(value: Value): string {
  if (typeof value === "object") {
    return value.length === 0 ? "none" : value.map(formatValue).join(", ");
  }
  return value === undefined ? "none" : `\`${value}\``;
}
