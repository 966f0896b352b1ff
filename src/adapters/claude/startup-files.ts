import { realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What shells run when they begin or end, in the HOME of their user. */
const STARTUP_FILES = [
  ".bash_login",
  ".bash_logout",
  ".bash_profile",
  ".bashrc",
  ".profile",
  ".zlogin",
  ".zlogout",
  ".zprofile",
  ".zshenv",
  ".zshrc",
] as const;

/**
 * Empties the files that shells run by themselves and returns their paths. Once a session the CLI
 * starts a shell outside of its sandbox, and `prepare` may have written to that HOME.
 */
export async function emptyStartupFiles(home: string): Promise<readonly string[]> {
  const folder = await realpath(home);
  const paths = STARTUP_FILES.map((name) => join(folder, name));
  for (const path of paths) {
    await rm(path, { recursive: true, force: true });
    await writeFile(path, "", { flag: "wx" });
  }
  return paths;
}
