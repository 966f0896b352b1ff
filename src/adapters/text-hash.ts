import { createHash } from "node:crypto";

/** SHA-256 in hex of title, line feed, body: what an approval freezes [N02]. */
export function hashText(title: string, body: string): string {
  return createHash("sha256").update(`${title}\n${body}`).digest("hex");
}
