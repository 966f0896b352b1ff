import { parseConversation, type Conversation } from "./conversation.ts";
import { formatMessage, type Message } from "./message.ts";
import { readScript, type AnswerStep, type ScriptedError, type ScriptedFault } from "./script.ts";

export type Answer =
  | { readonly type: "message"; readonly message: Message; readonly stream: boolean }
  /** The beginning of the streamed message, then the end of the connection. */
  | { readonly type: "cut"; readonly message: Message }
  | { readonly type: "silence" }
  | ScriptedError;

/** What the log keeps of a request. */
export interface AnswerRecord {
  readonly issue: number | undefined;
  readonly attempt: number | undefined;
  readonly step: number;
  readonly answer: string;
}

export interface AnswerOptions {
  readonly scripts: string;
  /** How often the session has met this fault, this time included. */
  readonly countFault: (key: string) => number;
}

/** Returns what the script says to a request of the CLI. */
export function answerRequest(
  body: unknown,
  requestBytes: number,
  session: string,
  options: AnswerOptions,
): { readonly answer: Answer; readonly record: AnswerRecord } {
  const conversation = parseConversation(body);
  const { workItem, answersGiven: step, messageCount, model } = conversation;
  const where = { issue: workItem?.issue, attempt: workItem?.attempt, step };
  const fault = findFault(conversation, session, options);
  if (fault?.type === "error") {
    return { answer: fault, record: { ...where, answer: `${fault.status}` } };
  }
  if (fault?.type === "silence") {
    return { answer: fault, record: { ...where, answer: fault.type } };
  }
  const chosen = chooseAnswer(conversation, options.scripts);
  const message = formatMessage(chosen, {
    id: `${workItem?.issue ?? 0}_${workItem?.attempt ?? 0}_${messageCount}`,
    model,
    workingDirectory: conversation.workingDirectory,
    requestBytes,
  });
  if (fault !== undefined) {
    return { answer: { type: "cut", message }, record: { ...where, answer: "cut" } };
  }
  const summary = chosen.calls.map(({ tool }) => tool).join(", ") || (chosen.say ?? "");
  return {
    answer: { type: "message", message, stream: conversation.stream },
    record: { ...where, answer: summary },
  };
}

function findFault(
  { workItem, answersGiven }: Conversation,
  session: string,
  options: AnswerOptions,
): ScriptedFault | undefined {
  const script = workItem && readScript(options.scripts, workItem.issue, workItem.attempt);
  return script?.[answersGiven]?.faults.find(
    ({ times }, index) =>
      times === undefined || options.countFault(`${session} ${answersGiven} ${index}`) <= times,
  );
}

/** A prompt without a script gets a sentence, which ends the session and tells the reader why. */
function chooseAnswer({ workItem, answersGiven }: Conversation, scripts: string): AnswerStep {
  if (workItem === undefined) {
    return sentence("The scripted model knows work items only, and this prompt names none.");
  }
  const { issue, attempt } = workItem;
  const script = readScript(scripts, issue, attempt);
  if (script === undefined) {
    return sentence(`The scripted model has no script for issue #${issue}, attempt ${attempt}.`);
  }
  const answer = script[answersGiven]?.answer;
  return answer ?? sentence(`The script of issue #${issue} ends after ${script.length - 1} steps.`);
}

function sentence(say: string): AnswerStep {
  return { say, calls: [], stopReason: undefined, outputTokens: undefined };
}
