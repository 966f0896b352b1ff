/** What a job of the product does, told by its name alone, as people read it on GitHub. */
export type JobRole =
  | { readonly type: "plan" }
  | { readonly type: "session"; readonly issue: number }
  | { readonly type: "finalize"; readonly issue: number }
  | { readonly type: "other" };

/** Reads names such as `water-spider / plan` and `water-spider / i12 / session`. */
export function parseJobName(name: string): JobRole {
  const [, issue, job] = /(?:^| \/ )i(\d+) \/ (session|finalize)$/.exec(name) ?? [];
  if (issue !== undefined) {
    return { type: job === "session" ? "session" : "finalize", issue: Number(issue) };
  }
  return name.endsWith(" / plan") ? { type: "plan" } : { type: "other" };
}
