/** A text that no earlier step wrote: an edit that changes nothing is none. */
export function textOf(step: "edit" | "rename", at: string): string {
  return `${step === "edit" ? "Please do it, said" : "Issue of"} ${at}`;
}
