/**
 * The token of an `authorization` header: `Bearer x` and `token x` as API clients send it, or
 * Basic with the token as password as git sends it. `undefined` when there is none.
 */
export function tokenOf(authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(\S+)\s+(\S+)$/.exec(authorization ?? "") ?? [];
  if (scheme === undefined || value === undefined) {
    return undefined;
  }
  if (scheme.toLowerCase() !== "basic") {
    return value;
  }
  const [user = "", password = ""] = Buffer.from(value, "base64").toString().split(":", 2);
  return password === "" || password === "x-oauth-basic" ? user : password;
}
