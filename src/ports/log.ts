/** Where a stage tells people what it does. */
export interface Log {
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
}
