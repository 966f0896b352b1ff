export interface LogCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Every command the runner knows; any other `::name::` is an ordinary line. */
const NAMES = [
  "add-mask",
  "add-matcher",
  "add-path",
  "debug",
  "echo",
  "endgroup",
  "error",
  "group",
  "notice",
  "remove-matcher",
  "save-state",
  "set-env",
  "set-output",
  "stop-commands",
  "warning",
];

/** Reads `::name key=value,key=value::data`, and the old `##[name key=value;]data`. */
export function parseLogCommand(line: string): LogCommand | undefined {
  const text = line.trimStart();
  const modern = /^::([^\s:]+)(?:\s+([^]*?))?::([^]*)$/.exec(text);
  if (modern !== null) {
    return command(modern, ",", (value) =>
      unescapeText(value.replaceAll("%3A", ":").replaceAll("%2C", ",")),
    );
  }
  const legacy = /^##\[([^\s\]]+)(?:\s+([^\]]*))?\]([^]*)$/.exec(text);
  if (legacy !== null) {
    return command(legacy, ";", (value) =>
      unescapeText(value.replaceAll("%3B", ";").replaceAll("%5D", "]")),
    );
  }
  return undefined;
}

function command(
  match: RegExpExecArray,
  separator: string,
  unescapeProperty: (value: string) => string,
): LogCommand | undefined {
  const name = (match[1] ?? "").toLowerCase();
  if (!NAMES.includes(name)) {
    return undefined;
  }
  const properties: Record<string, string> = {};
  for (const pair of (match[2] ?? "").split(separator)) {
    const equals = pair.indexOf("=");
    if (equals > 0) {
      properties[pair.slice(0, equals).trim()] = unescapeProperty(pair.slice(equals + 1));
    }
  }
  return { name, properties, data: unescapeText(match[3] ?? "") };
}

function unescapeText(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
