import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * Lets package managers read and fill the machine's download caches from a folder of this session;
 * returns the variables that tell them. Only what they check against the project's lock file when
 * they read it is shared: of npm its content, and not the programs that npx keeps (docs/adr/0006).
 */
export async function shareDownloads(
  machine: string,
  session: string,
): Promise<Record<string, string>> {
  const content = join(machine, "npm", "_cacache");
  const npm = join(session, "npm");
  await mkdir(content, { recursive: true });
  await mkdir(npm, { recursive: true });
  await rm(join(npm, "_cacache"), { recursive: true, force: true });
  await symlink(content, join(npm, "_cacache"));
  return { npm_config_cache: npm };
}
