import { parsePathsLine } from "./declared-paths.ts";
import {
  DEPENDENCY_WORDS,
  type LineReference,
  parseDependencyLine,
  parseReferenceList,
  type ReferenceList,
} from "./dependency-line.ts";
import { isTooIntricate, type ProseLine } from "./markdown-lines.ts";
import { beginsWithWords, isRelevant, listSectionLines, splitSections } from "./prose-sections.ts";

/** GitHub's own limit is 65,536 characters; what is four times longer did not come from there. */
export const MAX_BODY_CHARACTERS = 262_144;

/** An issue that the body says must be done first. */
export interface BodyReference extends LineReference {
  /** Counted from 1. */
  readonly line: number;
  readonly origin: "body" | "task-list";
}

export interface BodyLine {
  readonly line: number;
  readonly text: string;
}

/** What the body of one issue declares. */
export interface IssueBody {
  readonly references: readonly BodyReference[];
  /** Attempts at a reference that cannot be read: the issue is held and the line named [F24]. */
  readonly malformed: readonly BodyLine[];
  /** Lines that speak of a dependency without declaring one. */
  readonly mentions: readonly number[];
  /** Patterns of the files that the work will touch; empty when nothing is declared [N10]. */
  readonly paths: readonly string[];
  readonly malformedPaths: readonly BodyLine[];
  /** Why the body was not parsed; then nothing is known of its dependencies. */
  readonly unread: "too-long" | "too-intricate" | undefined;
}

export interface BodyOptions {
  /** `owner/name` of the issue's repository. */
  readonly repository: string;
  /** Whether `- [ ] #12` makes #12 a blocker. */
  readonly taskLists: boolean;
}

export const EMPTY_BODY: IssueBody = {
  references: [],
  malformed: [],
  mentions: [],
  paths: [],
  malformedPaths: [],
  unread: undefined,
};

/** Many times as fast as the test for the word itself. */
const PATHS = /paths/iu;
const PATHS_WORD = /\bpaths\**:/iu;
const PATHS_START = /^paths/iu;
const OPEN_TASK = /\[ \]\s+(?:#|GH-|https?:|[\w.-]{1,100}\/[\w.-]{1,100}#)/u;
const OPEN_TASK_START = /^\[ \]\s+/u;
/** Cheap test: printable ASCII and line ends. */
const ALL_ASCII = /^[\n\r\t -~]*$/;
const NOT_ASCII = /[^\n\r\t -~]/;
/** Anything but ASCII, line ends, and characters that are surely seen. */
const UNUSUAL =
  /[^\n\r\t -~\u00a1-\u00ac\u00ae-\u05ff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\u{1f000}-\u{1fbff}]/gu;
/** Characters that are not seen and would hide the words: zero width, bidirectional, control. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;
/** Cheap test: what declares nothing has none of these, and most bodies declare nothing. */
const ANY_WORD = /blocked|depends|paths/iu;

/** What every line has that speaks of a dependency. */
const DEPENDENCY_WORD = /blocked|depends/iu;

/** Reads what a body declares. Most bodies declare nothing, and are not parsed to find that out. */
export function parseIssueBody(body: string, options: BodyOptions): IssueBody {
  if (body.length > MAX_BODY_CHARACTERS) {
    return { ...EMPTY_BODY, unread: "too-long" };
  }
  const isUnusual = hidesSomething(body);
  if (!isUnusual && !options.taskLists && !ANY_WORD.test(body)) {
    return EMPTY_BODY;
  }
  const unixBody = body.replaceAll("\r\n", "\n");
  const text = isUnusual ? unixBody.replaceAll(UNSEEN, "") : unixBody;
  const hasPaths = PATHS.test(text) && PATHS_WORD.test(text);
  const hasTasks = options.taskLists && OPEN_TASK.test(text);
  if (!hasPaths && !hasTasks && !DEPENDENCY_WORDS.test(text)) {
    return EMPTY_BODY;
  }
  if (isTooIntricate(text)) {
    return { ...EMPTY_BODY, unread: "too-intricate" };
  }
  const reader = new DependencyReader(options);
  const pathLines: ProseLine[] = [];
  for (const section of splitSections(text)) {
    if (section.isCode) {
      continue;
    }
    if (!hasTasks && !isRelevant(section)) {
      if (!reader.isInList) {
        continue;
      }
      if (beginsWithWords(section)) {
        reader.isInList = false;
        continue;
      }
    }
    for (const line of listSectionLines(section)) {
      reader.read(line);
      if (hasPaths && PATHS_START.test(line.text)) {
        pathLines.push(line);
      }
    }
  }
  const { references, malformed, mentions } = reader;
  return { references, malformed, mentions, ...readPaths(pathLines, text), unread: undefined };
}

/** Tells whether a body may have unseen characters. Errs on the side of yes. */
function hidesSomething(body: string): boolean {
  if (!ALL_ASCII.test(body)) {
    UNUSUAL.lastIndex = body.search(NOT_ASCII);
    if (UNUSUAL.test(body)) {
      return true;
    }
  }
  // A carriage return that ends no line is unseen as well.
  let end = body.indexOf("\r");
  while (end >= 0 && body[end + 1] === "\n") {
    end = body.indexOf("\r", end + 1);
  }
  return end >= 0;
}

/** Goes through the lines of a body and keeps what they declare. */
class DependencyReader {
  readonly references: BodyReference[] = [];
  readonly malformed: BodyLine[] = [];
  readonly mentions: number[] = [];
  /** True after `Depends on:`, while the lines that follow begin with references. */
  isInList = false;
  readonly #options: BodyOptions;

  constructor(options: BodyOptions) {
    this.#options = options;
  }

  read({ line, text, isListItem }: ProseLine): void {
    if (text === "") {
      return;
    }
    if (!this.isInList && PLAIN_DECLARATION.test(text)) {
      this.#readPlain(text, line);
      return;
    }
    const { repository, taskLists } = this.#options;
    const found = DEPENDENCY_WORD.test(text) ? parseDependencyLine(text, repository) : undefined;
    const task = isListItem && taskLists ? parseTask(text, repository) : undefined;
    const listed: ReferenceList | undefined = this.isInList
      ? parseReferenceList(text.replace(/^\[[ xX]\]\s+/u, ""), repository, isListItem)
      : undefined;
    const declared = found?.type === "declaration" ? found : (listed ?? task);
    if (declared !== undefined) {
      const origin = declared === task ? "task-list" : "body";
      for (const reference of declared.references) {
        this.references.push({ ...reference, line, origin });
      }
      for (const attempt of declared.malformed) {
        this.malformed.push({ line, text: attempt });
      }
    } else if (found?.type === "mention") {
      this.mentions.push(line);
    }
    this.isInList = found?.type === "heading" || listed !== undefined;
  }

  #readPlain(text: string, line: number): void {
    for (let sign = text.indexOf("#"); sign >= 0; sign = text.indexOf("#", sign + 1)) {
      let issue = 0;
      for (let index = sign + 1; index < text.length; index += 1) {
        const digit = text.charCodeAt(index) - 48;
        if (digit < 0 || digit > 9) {
          break;
        }
        issue = issue * 10 + digit;
      }
      this.references.push({ repository: undefined, issue, line, origin: "body" });
    }
  }
}

/**
 * `Blocked by #3, #4`: the usual form, which leaves nothing to ask. A task never looks like this,
 * and no list goes on with it.
 */
const PLAIN_DECLARATION =
  /^(?:blocked by|depends on):? #[1-9]\d{0,8}(?:(?:,| and) #[1-9]\d{0,8})*$/iu;

/** The first reference of an open task; the rest of the line is its description. */
function parseTask(text: string, repository: string): ReferenceList | undefined {
  if (!OPEN_TASK_START.test(text)) {
    return undefined;
  }
  const list = parseReferenceList(text.replace(OPEN_TASK_START, ""), repository, false);
  return list === undefined ? undefined : { ...list, references: list.references.slice(0, 1) };
}

/** Paths are read from the raw line: `src/b/**` is emphasis to a Markdown parser. */
function readPaths(
  candidates: readonly ProseLine[],
  body: string,
): Pick<IssueBody, "paths" | "malformedPaths"> {
  if (candidates.length === 0) {
    return { paths: [], malformedPaths: [] };
  }
  const raw = body.split("\n");
  const paths = new Set<string>();
  const malformedPaths: BodyLine[] = [];
  for (const { line } of candidates) {
    const declared = parsePathsLine(raw[line - 1] ?? "");
    for (const path of declared?.paths ?? []) {
      paths.add(path);
    }
    for (const text of declared?.malformed ?? []) {
      malformedPaths.push({ line, text });
    }
  }
  return { paths: [...paths].toSorted(), malformedPaths };
}
