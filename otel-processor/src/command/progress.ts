import type { Terminal } from './terminal.ts';

const WIDTH = 24;

/** A bar on standard error that says how far a command is; nothing when nobody looks. */
export class Progress {
  readonly #terminal: Terminal;
  #shown = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** `share` in [0, 1]; `what` is being worked on. */
  show(share: number, what: string): void {
    if (!this.#terminal.interactive) return;
    const full = Math.round(Math.max(0, Math.min(1, share)) * WIDTH);
    const line = `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${Math.floor(share * 100)} % ${what}`;
    if (line === this.#shown) return;
    this.#shown = line;
    this.#terminal.err(`\r${line}\u001b[K`);
  }

  /** Takes the bar away: what is said next begins on a line of its own. */
  clear(): void {
    if (this.#terminal.interactive && this.#shown !== '') this.#terminal.err('\r\u001b[K');
    this.#shown = '';
  }
}
