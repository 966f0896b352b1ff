import { quoteText } from "../text/untrusted.ts";

/** A file of the bundle that differs from the base. */
export interface BundledFile {
  readonly path: string;
  readonly change: "added" | "modified" | "deleted";
  /** Git mode after the change, for example `100644`; `000000` for a deleted file. */
  readonly mode: string;
  /** Git mode before the change; `000000` for an added file. */
  readonly oldMode: string;
  readonly bytes: number;
}

export interface DeliveryLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** What one delivery may hold at most [N18]. */
export const DELIVERY_LIMITS: DeliveryLimits = { maxFiles: 100, maxBytes: 4 * 1024 * 1024 };

/** Paths that no session delivers: they decide what runs with a token [N20]. */
const REFUSED: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^\.github\/workflows\//i, what: "a workflow" },
  { pattern: /^\.github\/actions\//i, what: "an action of the repository" },
  { pattern: /^\.github\/water-spider\.yml$/i, what: "Water Spider's configuration" },
  { pattern: /(^|\/)\.claude(\/|$)/i, what: "settings of the agent" },
  { pattern: /(^|\/)\.mcp\.json$/i, what: "servers of the agent" },
  { pattern: /(^|\/)(\.githooks|\.husky)(\/|$)/i, what: "a git hook" },
  { pattern: /(^|\/)codeowners$/i, what: "the owners of code" },
  { pattern: /(^|\/)\.gitmodules$/i, what: "submodules" },
  { pattern: /(^|\/)\.git(\/|$)/i, what: "git's own directory" },
];

const REGULAR_MODES: readonly string[] = ["100644", "100755"];

/**
 * Returns why these files cannot be delivered, one sentence each; an empty list means they can.
 * Anything unknown is refused: the work is kept, a person is told (design section 4.6).
 */
export function refuseFiles(
  files: readonly BundledFile[],
  limits: DeliveryLimits = DELIVERY_LIMITS,
): readonly string[] {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return [
    ...files.flatMap(refuseFile),
    ...(files.length > limits.maxFiles
      ? [`${files.length} files changed; at most ${limits.maxFiles} are delivered.`]
      : []),
    ...(bytes > limits.maxBytes
      ? [`The changed files hold ${bytes} bytes; at most ${limits.maxBytes} are delivered.`]
      : []),
  ];
}

function refuseFile({ path, mode, oldMode, change }: BundledFile): readonly string[] {
  const refused = REFUSED.find(({ pattern }) => pattern.test(path));
  if (refused !== undefined) {
    return [`${quoteText(path)} is ${refused.what}; sessions may not change it.`];
  }
  if (path.startsWith("/") || path.split("/").includes("..")) {
    return [`${quoteText(path)} lies outside the repository.`];
  }
  if (change !== "deleted" && !REGULAR_MODES.includes(mode)) {
    return [`${quoteText(path)} has the mode ${mode}; only regular files are delivered.`];
  }
  return change === "modified" && mode !== oldMode
    ? [`${quoteText(path)} changes its mode from ${oldMode} to ${mode}.`]
    : [];
}
