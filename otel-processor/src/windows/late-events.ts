import type { LateEvent } from './view-types.ts';

/** The last late events of each view: a sample of the side output that late events are counted in. */
export class LateEvents {
  readonly #perView: number;
  readonly #byView = new Map<string, LateEvent[]>();

  constructor(perView: number) {
    this.#perView = perView;
  }

  note(event: LateEvent): void {
    let events = this.#byView.get(event.view);
    if (events === undefined) {
      events = [];
      this.#byView.set(event.view, events);
    }
    events.push(event);
    if (events.length > this.#perView) events.shift();
  }

  /** View by view, the latest to arrive last. */
  list(): LateEvent[] {
    return [...this.#byView.values()].flat();
  }
}
