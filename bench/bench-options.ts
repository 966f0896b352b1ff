/** What every bench is told. */
export interface BenchOptions {
  /** Small sizes and few runs: shows that the bench works, and nothing about speed. */
  readonly isQuick: boolean;
  /** Says what is going on: stderr, so that stdout stays the result's. */
  readonly progress: (line: string) => void;
}

/** What a bench found out, for people and for programs. */
export interface BenchReport {
  readonly lines: readonly string[];
  /** Plain data that survives JSON. */
  readonly data: object;
}

export interface Bench {
  readonly name: string;
  /** One line of the list. */
  readonly summary: string;
  readonly run: (options: BenchOptions) => Promise<BenchReport>;
}
