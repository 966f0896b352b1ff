/** Major, minor and patch number. */
export type Version = readonly [number, number, number];

/** Reads the first `1.2` or `1.2.3` of a text; `undefined` when it holds none. */
export function findVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

export function isAtLeast(version: Version, least: Version): boolean {
  const differs = version.findIndex((part, index) => part !== least[index]);
  return differs < 0 || (version[differs] ?? 0) > (least[differs] ?? 0);
}

export function formatVersion(version: Version): string {
  return version.join(".");
}
