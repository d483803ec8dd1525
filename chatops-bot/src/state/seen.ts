import type { Notebook } from './notebook.ts';

/**
 * Ids of what came in lately. Platforms bring an event again when the acknowledgement was late or lost, and now and then
 * without that; over minutes, so that a restart may lie in between. An id is written down before anything is done: what
 * comes again after a crash is not done twice.
 */
export class Seen {
  readonly #notes: Pick<Notebook<'seen'>, 'get' | 'set'>;

  constructor(notes: Pick<Notebook<'seen'>, 'get' | 'set'>) {
    this.#notes = notes;
  }

  /** False: it was there before. */
  add(id: string): boolean {
    if (this.#notes.get('seen', id) !== undefined) return false;
    this.#notes.set('seen', id, '');
    return true;
  }
}
