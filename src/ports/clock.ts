/** Time as the stages need it: texts in ISO 8601, UTC. */
export interface Clock {
  now(): string;
  /** The time so many minutes from now. */
  after(minutes: number): string;
}
