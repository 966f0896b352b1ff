import { parsePathsLine } from "./declared-paths.ts";
import {
  DEPENDENCY_WORDS,
  type LineReference,
  parseDependencyLine,
  parseReferenceList,
  type ReferenceList,
} from "./dependency-line.ts";
import { isTooIntricate, listProseLines, type ProseLine } from "./markdown-lines.ts";

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

const PATHS_WORD = /\bpaths\**:/iu;
const OPEN_TASK = /\[ \]\s+(?:#|GH-|https?:|[\w.-]{1,100}\/[\w.-]{1,100}#)/u;
const OPEN_TASK_START = /^\[ \]\s+/u;
/** Cheap test: anything but printable ASCII. */
const UNUSUAL = /[^\n\t -~]/u;
/** Characters that are not seen and would hide the words: zero width, bidirectional, control. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;

/** Reads what a body declares. Most bodies declare nothing, and are not parsed to find that out. */
export function parseIssueBody(body: string, options: BodyOptions): IssueBody {
  if (body.length > MAX_BODY_CHARACTERS) {
    return { ...EMPTY_BODY, unread: "too-long" };
  }
  const text = UNUSUAL.test(body) ? body.replaceAll("\r\n", "\n").replaceAll(UNSEEN, "") : body;
  const hasWords = DEPENDENCY_WORDS.test(text) || (options.taskLists && OPEN_TASK.test(text));
  if (!hasWords && !PATHS_WORD.test(text)) {
    return EMPTY_BODY;
  }
  if (isTooIntricate(text)) {
    return { ...EMPTY_BODY, unread: "too-intricate" };
  }
  const lines = listProseLines(text);
  return { ...readDependencies(lines, options), ...readPaths(lines, text), unread: undefined };
}

type Dependencies = Pick<IssueBody, "references" | "malformed" | "mentions">;

function readDependencies(lines: readonly ProseLine[], options: BodyOptions): Dependencies {
  const references: BodyReference[] = [];
  const malformed: BodyLine[] = [];
  const mentions: number[] = [];
  /** True after `Depends on:`, while the lines that follow begin with references. */
  let isInList = false;
  for (const { line, text, isListItem } of lines) {
    if (text === "") {
      continue;
    }
    const found = parseDependencyLine(text, options.repository);
    const task = isListItem && options.taskLists ? parseTask(text, options.repository) : undefined;
    const listed: ReferenceList | undefined = isInList
      ? parseReferenceList(text.replace(/^\[[ xX]\]\s+/u, ""), options.repository, isListItem)
      : undefined;
    const declared = found?.type === "declaration" ? found : (listed ?? task);
    if (declared !== undefined) {
      const origin = declared === task ? "task-list" : "body";
      for (const reference of declared.references) {
        references.push({ ...reference, line, origin });
      }
      for (const attempt of declared.malformed) {
        malformed.push({ line, text: attempt });
      }
    } else if (found?.type === "mention") {
      mentions.push(line);
    }
    isInList = found?.type === "heading" || listed !== undefined;
  }
  return { references, malformed, mentions };
}

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
  lines: readonly ProseLine[],
  body: string,
): Pick<IssueBody, "paths" | "malformedPaths"> {
  const candidates = lines.filter(({ text }) => /^paths/iu.test(text));
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
