/** A bar on one line of a terminal; elsewhere a line per tenth. */
export class Progress {
  readonly #stream: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly #what: string;
  #lastTenth = -1;

  constructor(what: string, stream: { readonly isTTY?: boolean; write(text: string): unknown }) {
    this.#what = what;
    this.#stream = stream;
  }

  /** `done` in [0, 1]. */
  show(done: number, note: string): void {
    const percent = `${Math.floor(done * 100)}`.padStart(3);
    if (this.#stream.isTTY === true) {
      const width = 30;
      const filled = Math.round(done * width);
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      this.#stream.write(`\r\u001b[K${this.#what} ${bar} ${percent} %  ${note}${done >= 1 ? '\n' : ''}`);
      return;
    }
    const tenth = Math.floor(done * 10);
    if (tenth === this.#lastTenth) return;
    this.#lastTenth = tenth;
    this.#stream.write(`${this.#what} ${percent} %  ${note}\n`);
  }
}
