import type { Configuration } from "../configuration.ts";
import { ConfigurationError } from "../failure.ts";

/**
 * Throws `ConfigurationError` when these runner labels are those of a session machine: plan and
 * finalize hold write tokens and must not share a machine with sessions [N32, F113].
 */
export function assertControlRunner(runsOn: string, machines: Configuration["machines"]): void {
  const labels = parseLabels(runsOn).map((label) => label.toLowerCase());
  const shared = machines.find((machine) => {
    const own = new Set(machine.labels.map((label) => label.toLowerCase()));
    return labels.length > 0 && labels.every((label) => own.has(label));
  });
  if (shared !== undefined) {
    throw new ConfigurationError(
      `The input 'control-runs-on' is '${runsOn}', and the session machine '${shared.name}' carries these labels. Sessions run code of agents there; use a runner of its own, for example ubuntu-latest.`,
    );
  }
}

/** One label, or several as a JSON array. */
function parseLabels(text: string): readonly string[] {
  if (!text.startsWith("[")) {
    return text === "" ? [] : [text];
  }
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((label) => typeof label === "string") : [];
  } catch {
    return [];
  }
}
