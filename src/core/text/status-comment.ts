import type { Claim, ManualFix, Result } from "../journal/records.ts";
import { inertText } from "./clean-text.ts";

/**
 * The one comment per issue that says where it stands [V10b]. Its text is a function of the
 * journal, so every tick can write it again and finds nothing to change.
 */
export interface StatusComment {
  readonly claim: Claim | undefined;
  readonly result: Result | undefined;
  /** A commit of people's that waits for its checks. */
  readonly manualFix: ManualFix | undefined;
  readonly pullRequest: number | undefined;
  readonly ended: "completed" | "cancelled" | undefined;
  /** Login of whoever ended it with a command. */
  readonly endedBy: string | undefined;
  /** Address of a workflow run, without its number. */
  readonly runUrl: string;
}

export function formatStatusComment(status: StatusComment): string {
  const { claim, result, runUrl } = status;
  if (claim !== undefined) {
    return [
      `${claimHeadline(claim)} on \`${claim.slot}\` since ${claim.at}.`,
      "",
      `Base \`${claim.baseSha.slice(0, 12)}\`, [workflow run](${runUrl}/${claim.runId}).`,
    ].join("\n");
  }
  if (status.ended === "cancelled") {
    return formatCancelled(status);
  }
  if (result === undefined) {
    return endHeadline(status) ?? "Waiting.";
  }
  return [
    endHeadline(status) ?? fixHeadline(status) ?? resultHeadline(status, result),
    "",
    inertText(result.detail),
    ...(result.score === undefined ? [] : ["", `Quality score: ${result.score} of 100.`]),
    ...(result.notBefore === undefined ? [] : ["", `Not before ${result.notBefore}.`]),
  ].join("\n");
}

/** Who cancelled a session is what its result says. */
function formatCancelled({ endedBy, result }: StatusComment): string {
  const why =
    endedBy !== undefined
      ? ""
      : result?.outcome === "cancelled"
        ? `${inertText(result.detail)} `
        : "A person stopped it, or closed the issue. ";
  return [
    endedBy === undefined ? "**Cancelled**" : `**Cancelled by ${endedBy}**`,
    "",
    `${why}Set the trigger label again for a new delivery.`,
  ].join("\n");
}

function claimHeadline({ attempt, manualFix }: Claim): string {
  return manualFix === undefined
    ? `**Attempt ${attempt}** runs`
    : `**The checks of \`${manualFix.headSha.slice(0, 12)}\`**, for which ${manualFix.by} asked, run`;
}

/** What was said of it before stands below until the checks have run. */
function fixHeadline({ manualFix }: StatusComment): string | undefined {
  return manualFix === undefined
    ? undefined
    : `**Commit \`${manualFix.headSha.slice(0, 12)}\` waits for its checks**, for which ${manualFix.by} asked. Before that:`;
}

function endHeadline({ ended, pullRequest }: StatusComment): string | undefined {
  return ended === undefined ? undefined : `**Completed**${formatLink(pullRequest)}`;
}

function formatLink(pullRequest: number | undefined): string {
  return pullRequest === undefined ? "" : `: #${pullRequest}`;
}

function resultHeadline({ pullRequest }: StatusComment, result: Result): string {
  switch (result.outcome) {
    case "delivered":
      return `**Pull request opened**${formatLink(pullRequest)}`;
    case "needs-human":
      return "**A person is needed**";
    case "retry":
      return "**It will be tried again**";
    case "returned":
      return "**Back in the queue**";
    case "failed":
    case "nothing-to-do":
      return "**Ended without a change**";
    case "cancelled":
      return "**Stopped**";
  }
}
