/** The outside world of a command: what it reads and where it writes, so that tests can hold both. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard error is a terminal that a person looks at. */
  readonly interactive: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Settles when the process is asked to stop; `again` runs at the second request. */
  stopRequested(again: () => void): Promise<string>;
  /** Calls `listener` whenever the process is asked to read its files again. */
  reloadRequested(listener: () => void): void;
}

/** Exit codes of every command. */
export const exitCode = {
  ok: 0,
  /** The command could not do what it was asked for. */
  failure: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The configuration is wrong. */
  config: 3,
  /** A port or the data folder is in use by another process, or cannot be opened. */
  busy: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
