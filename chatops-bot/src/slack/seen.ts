const KEPT_MAX = 20_000;

/**
 * Ids of what came in lately. Slack brings an event again when the acknowledgement was late or lost, and now and then
 * without that. What changes something carries its id on to the service, which knows it over restarts, too.
 */
export class Seen {
  #current = new Set<string>();
  #previous = new Set<string>();

  /** False: it was there before. */
  add(id: string): boolean {
    if (this.#current.has(id) || this.#previous.has(id)) return false;
    this.#current.add(id);
    if (this.#current.size >= KEPT_MAX) {
      this.#previous = this.#current;
      this.#current = new Set();
    }
    return true;
  }
}
