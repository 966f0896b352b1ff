/** A submodule as `.gitmodules` names it. */
export interface NamedSubmodule {
  readonly path: string;
  readonly url: string;
}

/** Reads `git config --list -z` of a `.gitmodules` file. */
export function parseSubmodules(listing: string): readonly NamedSubmodule[] {
  const found = new Map<string, { path?: string; url?: string }>();
  for (const entry of listing.split("\0")) {
    const [, name, key, value] = /^submodule\.(.+)\.(path|url)\n(.*)$/s.exec(entry) ?? [];
    if (name !== undefined && value !== undefined) {
      found.set(name, { ...found.get(name), [key === "path" ? "path" : "url"]: value });
    }
  }
  return [...found.values()].flatMap(({ path, url }) =>
    path === undefined || url === undefined ? [] : [{ path, url }],
  );
}

/**
 * Returns where a submodule is fetched from: relative URLs follow their parent's, ssh ones become
 * https, because a session machine has no key. `undefined` for every other way, for example one
 * that would run a command.
 */
export function resolveSubmoduleUrl(url: string, parentUrl: string): string | undefined {
  if (/^\.\.?\//.test(url)) {
    return resolveRelative(url, parentUrl);
  }
  const ssh = /^(?:ssh:\/\/)?git@([A-Za-z0-9.-]+)[:/](?!\/)(.+)$/.exec(url);
  if (ssh !== null) {
    return `https://${ssh[1] ?? ""}/${ssh[2] ?? ""}`;
  }
  const scheme = /^[a-z]+:\/\//.exec(url)?.[0];
  return scheme !== undefined && (scheme === "https://" || parentUrl.startsWith(scheme))
    ? url
    : undefined;
}

/** As git does: `..` takes a name off the parent's address, which is no directory. */
function resolveRelative(url: string, parentUrl: string): string | undefined {
  const [, root = "", path = ""] = /^([a-z]+:\/\/[^/]*)(.*)$/.exec(parentUrl) ?? [];
  const names = path.split("/").filter((each) => each !== "");
  for (const name of url.split("/")) {
    if (name === "..") {
      if (names.pop() === undefined) {
        return undefined;
      }
    } else if (name !== "." && name !== "") {
      names.push(name);
    }
  }
  return root === "" ? undefined : `${root}/${names.join("/")}`;
}
