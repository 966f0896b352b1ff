import * as core from "@actions/core";

import { connect } from "../../src/adapters/actions/connect.ts";
import { optionalInput } from "../../src/adapters/actions/inputs.ts";
import { tryReadBranch } from "../../src/adapters/git/read-branch.ts";
import { ConfigurationError } from "../../src/core/failure.ts";
import { type Command, COMMAND_FORMS, parseCommand } from "../../src/core/fleet/commands.ts";
import { obeyCommand } from "../../src/stages/obey-command.ts";
import { readCommentEvent } from "./comment-event.ts";

/**
 * Journals the wish of a person: the input itself, or with `comment` the comment of the event. A
 * `/status` is answered by a later step, from a plan: the output `reply` asks for it.
 */
export async function runCommand(): Promise<void> {
  const connection = await connect({ type: "configuration" });
  const text = optionalInput("command");
  const given =
    text === "comment"
      ? await readComment(connection.job.eventPath)
      : readInput(text, process.env["GITHUB_ACTOR"] ?? "", connection.clock.now());
  if (given === undefined) {
    connection.log.info("The comment is no command of ours.");
    return;
  }
  const { git, remoteUrl, configuration, dryRun } = connection;
  const isObeyed = await obeyCommand(
    { ...connection, tryReadBranch: (branch) => tryReadBranch(git, remoteUrl, branch) },
    { ...given, configuration, dryRun },
  );
  core.setOutput("reply", isObeyed && given.command.type === "status" && text === "comment");
}

interface GivenCommand {
  readonly command: Command;
  readonly by: string;
  readonly at: string;
}

function readInput(text: string, by: string, at: string): GivenCommand {
  const command = parseCommand(text);
  if (command === undefined) {
    throw new ConfigurationError(
      `The input 'command' is '${text}', which is no command. Allowed: ${COMMAND_FORMS.join(", ")}.`,
    );
  }
  if (command.type === "approve") {
    // Between the click and this job the text may have changed.
    throw new ConfigurationError(
      `'${text}' has to be said as a comment on #${command.issue}: \`/approve\`. It counts for the text as it stood then, and an input does not tell when it was given.`,
    );
  }
  return { command, by, at };
}

async function readComment(eventPath: string | undefined): Promise<GivenCommand | undefined> {
  const { comment, issue } = await readCommentEvent(eventPath);
  const command = parseCommand(comment.body, issue.number);
  return command === undefined
    ? undefined
    : { command, by: comment.user.login, at: comment.created_at };
}
