import { parsePathsLine } from "./declared-paths.ts";
import {
  DEPENDENCY_WORDS,
  type LineReference,
  parseDependencyLine,
  parseReferenceList,
  type ReferenceList,
} from "./dependency-line.ts";
import { isTooIntricate, type ProseLine } from "./markdown-lines.ts";
import {
  beginsWithWords,
  firstRelevant,
  isRelevant,
  listSectionLines,
  splitSections,
} from "./prose-sections.ts";
import { appended, NOTHING } from "./short-list.ts";

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
/** Characters that are not seen and would hide the words: zero width, bidirectional, control. */
const UNSEEN = /[^\P{Cc}\n\t]|\p{Cf}/gu;
/** Cheap test: there are no unseen characters in printable ASCII, line feeds and tabs. */
const ALL_SEEN = /^[\n\t -~]*$/;
/**
 * Cheap test: what declares nothing has none of these words, and most bodies declare nothing. So
 * that one look is enough, whatever may be unseen is allowed between any two letters.
 */
const ANY_WORD = new RegExp(
  ["blocked", "depends", "paths"]
    .map((word) => word.split("").join(String.raw`[^\n -~]*`))
    .join("|"),
  "iu",
);

/** What every line has that speaks of a dependency. */
const DEPENDENCY_WORD = /blocked|depends/iu;

/** Reads what a body declares. Most bodies declare nothing, and are not parsed to find that out. */
export function parseIssueBody(body: string, options: BodyOptions): IssueBody {
  if (body.length > MAX_BODY_CHARACTERS) {
    return { ...EMPTY_BODY, unread: "too-long" };
  }
  if (!options.taskLists && !ANY_WORD.test(body)) {
    return EMPTY_BODY;
  }
  const text = seenText(body);
  const hasTasks = options.taskLists && OPEN_TASK.test(text);
  const start = firstRelevant(text);
  if (!hasTasks && !DEPENDENCY_WORDS.test(text.slice(start)) && !declaresPaths(text)) {
    return EMPTY_BODY;
  }
  if (isTooIntricate(text)) {
    return { ...EMPTY_BODY, unread: "too-intricate" };
  }
  const reader = new DependencyReader(options);
  let pathLines: ProseLine[] = NOTHING;
  for (const section of splitSections(text, hasTasks ? 0 : start)) {
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
      if (PATHS_START.test(line.text)) {
        pathLines = appended(pathLines, line);
      }
    }
  }
  const { references, malformed, mentions } = reader;
  const { paths, malformedPaths } =
    pathLines.length > 0 && declaresPaths(text) ? readPaths(pathLines, text) : EMPTY_BODY;
  return { references, malformed, mentions, paths, malformedPaths, unread: undefined };
}

function declaresPaths(text: string): boolean {
  return PATHS.test(text) && PATHS_WORD.test(text);
}

/** The body with one form of line ends, without the characters that are not seen. */
function seenText(body: string): string {
  const text = body.replaceAll("\r\n", "\n");
  return ALL_SEEN.test(text) ? text : text.replaceAll(UNSEEN, "");
}

/** Goes through the lines of a body and keeps what they declare. */
class DependencyReader {
  references: BodyReference[] = NOTHING;
  malformed: BodyLine[] = NOTHING;
  mentions: number[] = NOTHING;
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
        const { repository: other, issue } = reference;
        this.references = appended(this.references, { repository: other, issue, line, origin });
      }
      for (const attempt of declared.malformed) {
        this.malformed = appended(this.malformed, { line, text: attempt });
      }
    } else if (found?.type === "mention") {
      this.mentions = appended(this.mentions, line);
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
      const reference = { repository: undefined, issue, line, origin: "body" } as const;
      this.references = appended<BodyReference>(this.references, reference);
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
