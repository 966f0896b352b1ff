import type { PureWorld } from "../world/pure-world.ts";

interface Span {
  readonly hash: string;
  readonly from: number;
  /** `undefined` = it still holds. */
  until: number | undefined;
}

interface Word {
  by: "writer" | "reader" | undefined;
  at: number;
  isTainted: boolean;
  lastReaderEdit: number;
  /** Whether the word is a label; a reopening counts only after an end. */
  isLabel: boolean;
  readonly spans: Span[];
}

/**
 * What people really stood behind, text by text, as the requirements say it and told without the
 * product's code: the trigger label by a writer, until the label goes, a reader edits, or a reader
 * sets it anew. Times are seconds of the history; GitHub shows whole ones, and an edit in the second
 * of the label counts as later.
 */
export class Endorsements {
  /** Every text that there was, by its hash. */
  readonly texts = new Map<string, { readonly title: string; readonly body: string }>();
  readonly #words = new Map<number, Word>();
  readonly #world: PureWorld;

  constructor(world: PureWorld) {
    this.#world = world;
  }

  labelled(issue: number, by: "writer" | "reader", at: number): void {
    const word = this.#word(issue);
    word.by = by;
    word.at = at;
    word.isLabel = true;
    word.isTainted = Math.floor(word.lastReaderEdit) >= Math.floor(at);
    this.#settle(issue, at);
  }

  /**
   * `/approve` of a writer: the word on the text as it was then. It stands beside the reopening by a
   * reader that came between its saying and its landing, as a label does.
   */
  vouched(issue: number, at: number): void {
    const word = this.#word(issue);
    if (at > word.at || word.by === "reader") {
      word.isLabel = word.isLabel && word.by === "writer" && !word.isTainted;
      word.by = "writer";
      word.at = at;
      word.isTainted = Math.floor(word.lastReaderEdit) >= Math.floor(at);
      this.#settle(issue, at);
    }
  }

  unlabelled(issue: number, at: number): void {
    this.#word(issue).by = undefined;
    this.#settle(issue, at);
  }

  edited(issue: number, by: "writer" | "reader", at: number): void {
    const word = this.#word(issue);
    if (by === "reader") {
      word.isTainted = true;
      word.lastReaderEdit = at;
    }
    this.#settle(issue, at);
  }

  /**
   * Reopening an issue whose delivery had ended is a new word on the text as it is then, unless a
   * label was set since. `endedAt` in seconds; `undefined` = it had not ended.
   */
  reopened(issue: number, by: "writer" | "reader", at: number, endedAt: number | undefined): void {
    const word = this.#word(issue);
    const isNews = endedAt !== undefined && Math.floor(word.at) <= endedAt;
    if (word.by !== undefined && (by === "writer" || isNews)) {
      word.isLabel = word.isLabel && word.by === "writer" && !word.isTainted;
      word.by = by;
      word.at = at;
      word.isTainted = Math.floor(word.lastReaderEdit) >= Math.floor(at);
    }
    this.#settle(issue, at);
  }

  /** Whether the text with this hash was endorsed at any moment since then. */
  wasEndorsed(issue: number, hash: string, since: number): boolean {
    const spans = this.#words.get(issue)?.spans ?? [];
    return spans.some((span) => span.hash === hash && (span.until ?? Infinity) >= since);
  }

  /** Whether this text has been endorsed all the time since then. */
  isEndorsedSince(issue: number, hash: string, since: number): boolean {
    const span = this.#words.get(issue)?.spans.at(-1);
    return (
      span !== undefined && span.hash === hash && span.until === undefined && span.from < since
    );
  }

  /** Whether the text as it is now is endorsed. */
  isEndorsed(issue: number): boolean {
    const span = this.#words.get(issue)?.spans.at(-1);
    return span !== undefined && span.until === undefined;
  }

  /** Whether the text as it is now is endorsed by the label itself. */
  isLabelled(issue: number): boolean {
    return this.isEndorsed(issue) && this.#words.get(issue)?.isLabel === true;
  }

  /** The second in which the latest word was said. */
  wordAt(issue: number): number {
    return Math.floor(this.#words.get(issue)?.at ?? -Infinity);
  }

  #settle(issue: number, at: number): void {
    const word = this.#word(issue);
    const { textHash, title, body } = this.#world.issue(issue);
    this.texts.set(textHash, { title, body });
    const holds = word.by === "writer" && !word.isTainted;
    const last = word.spans.at(-1);
    if (last !== undefined && last.until === undefined && (!holds || last.hash !== textHash)) {
      last.until = at;
    }
    if (holds && (last === undefined || last.until !== undefined)) {
      word.spans.push({ hash: textHash, from: at, until: undefined });
    }
  }

  #word(issue: number): Word {
    const known = this.#words.get(issue);
    if (known !== undefined) {
      return known;
    }
    const word: Word = {
      by: undefined,
      at: -Infinity,
      isTainted: false,
      lastReaderEdit: -Infinity,
      isLabel: false,
      spans: [],
    };
    this.#words.set(issue, word);
    return word;
  }
}
