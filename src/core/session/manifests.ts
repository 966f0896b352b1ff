/**
 * Files that say what a project installs, by name: a session that changes one works with other
 * packages than those that were prepared [N28].
 */
const MANIFESTS: readonly RegExp[] = [
  /^package\.json$/,
  /^(package-lock|npm-shrinkwrap)\.json$/,
  /^(pnpm-lock|pnpm-workspace)\.yaml$/,
  /^(yarn|bun|deno|poetry|uv|Cargo|Gemfile|composer|Podfile|flake|mix)\.lock$/,
  /^bun\.lockb$/,
  /^(pyproject|Cargo|Pipfile|Gopkg)\.toml$/,
  /^Pipfile(\.lock)?$/,
  /^requirements.*\.(txt|in)$/,
  /^go\.(mod|sum|work)$/,
  /^(Gemfile|Podfile|Cartfile|Brewfile)(\.resolved)?$/,
  /^composer\.json$/,
  /^Package\.(swift|resolved)$/,
  /^(pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|gradle\.lockfile|libs\.versions\.toml)$/,
  /^(packages\.lock\.json|.+\.csproj)$/,
  /^mix\.exs$/,
  /^pubspec\.(yaml|lock)$/,
];

/** Whether one of these paths is a manifest or a lock file of a package manager that we know. */
export function hasManifest(paths: readonly string[]): boolean {
  return paths.some((path) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return MANIFESTS.some((pattern) => pattern.test(name));
  });
}
