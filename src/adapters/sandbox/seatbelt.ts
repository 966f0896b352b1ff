import type { Reach } from "./reach.ts";

/** Files that every program may write. */
const DEVICES = ["/dev/null", "/dev/zero", "/dev/tty", "/dev/dtracehelper"];

/** Keychain and the user's other keepers of secrets. */
const KEEPERS = ["com.apple.SecurityServer", "com.apple.securityd.xpc"];

/**
 * A profile for `sandbox-exec -p`; of several rules the last one holds. What is hidden can still
 * be asked for its kind and size, because programs look at the way to what they may read. The
 * network is the machine's.
 */
export function seatbeltProfile(reach: Reach): string {
  const { homes, hidden, hiddenFiles, readable, secrets, writable, fixed } = reach;
  return [
    "(version 1)",
    "(allow default)",
    "(deny process-info*)",
    "(allow process-info* (target same-sandbox))",
    "(deny mach-priv-task-port)",
    ...KEEPERS.map((name) => `(deny mach-lookup (global-name ${quote(name)}))`),
    ...[...homes, ...hidden, ...hiddenFiles].map((path) => `(deny file-read-data ${below(path)})`),
    ...[...readable, ...writable].map((path) => `(allow file-read-data ${below(path)})`),
    ...secrets.map((path) => `(deny file-read-data ${below(path)})`),
    '(deny file-write* (subpath "/"))',
    ...DEVICES.map((path) => `(allow file-write-data (literal ${quote(path)}))`),
    ...writable.map((path) => `(allow file-write* ${below(path)})`),
    ...fixed.map((path) => `(deny file-write* ${below(path)})`),
    "",
  ].join("\n");
}

function below(path: string): string {
  return `(subpath ${quote(path)})`;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
