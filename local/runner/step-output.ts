import type { JobLog } from "./job-log.ts";
import { parseLogCommand, type LogCommand } from "./log-commands.ts";
import type { Masker } from "./masking.ts";

/** What one step printed: commands are obeyed, everything else goes to the log. */
export class StepOutput {
  readonly outputs = new Map<string, string>();
  readonly state = new Map<string, string>();
  /** Whether a command was refused, which fails the step. */
  failed = false;
  readonly #log: JobLog;
  readonly #masker: Masker;
  #stopToken: string | undefined;
  #echo = false;

  constructor(log: JobLog, masker: Masker) {
    this.#log = log;
    this.#masker = masker;
  }

  accept(line: string): void {
    if (this.#stopToken !== undefined) {
      if (line.trimStart() === `::${this.#stopToken}::`) {
        this.#stopToken = undefined;
      }
      this.#log.write(line);
      return;
    }
    const command = parseLogCommand(line);
    if (command === undefined) {
      this.#log.write(line);
      return;
    }
    // A mask must be known before its own line could be echoed.
    this.#obey(command);
    if (this.#echo && command.name !== "add-mask") {
      this.#log.write(line);
    }
  }

  #obey(command: LogCommand): void {
    const { name, data, properties } = command;
    switch (name) {
      case "add-mask":
        this.#masker.add(data);
        break;
      case "stop-commands":
        this.#stopToken = data;
        break;
      case "echo":
        this.#echo = data.trim().toLowerCase() === "on";
        break;
      case "notice":
      case "warning":
      case "error":
        this.#log.annotate(name, data);
        break;
      case "group":
      case "endgroup":
        this.#log.write(`##[${name}]${data}`);
        break;
      case "debug":
        // Shown only when step debugging is on, which it never is here.
        break;
      case "set-output":
      case "save-state":
        this.#setDeprecated(name, properties["name"], data);
        break;
      default:
        this.#refuse(name);
    }
  }

  #setDeprecated(command: string, name: string | undefined, value: string): void {
    if (name === undefined || name === "") {
      this.failed = true;
      this.#log.annotate("error", `Required field 'name' is missing in ##[${command}] command.`);
      return;
    }
    this.#log.annotate("warning", `The \`${command}\` command is deprecated.`);
    (command === "set-output" ? this.outputs : this.state).set(name, value);
  }

  #refuse(name: string): void {
    this.failed = true;
    const reason = name.endsWith("matcher") ? "is not emulated" : "is disabled";
    this.#log.annotate("error", `Unable to process command '::${name}::': it ${reason}.`);
  }
}
