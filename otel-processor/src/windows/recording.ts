import type { EventBatch } from '../model/index.ts';
import type { SampleRecord } from './samples/index.ts';

/** What moves views, in order: requests, and the clock between them. */
export type Happening =
  | { readonly kind: 'tick'; readonly nowMs: number }
  | { readonly kind: 'events'; readonly nowMs: number; readonly batch: EventBatch }
  | { readonly kind: 'samples'; readonly nowMs: number; readonly record: SampleRecord };

/** Rows that wait in one recording. */
const ROWS_MAX = 200_000;

/**
 * What happens from one place in the log on, for a view that is not there yet. Over its limit it takes no more:
 * `endPosition` is where in the log the rest begins.
 */
export class Recording {
  /** Place in the log of the first request that is recorded. */
  readonly position: number;
  endPosition: number | undefined;
  #happenings: Happening[];
  #taken = 0;
  #rows = 0;

  constructor(position: number, ticksMs: readonly number[]) {
    this.position = position;
    this.#happenings = ticksMs.map((nowMs) => ({ kind: 'tick', nowMs }));
  }

  /** `position`: of the request in the log; of a tick that of the next one. */
  note(happening: Happening, position: number): void {
    if (this.endPosition !== undefined) return;
    this.#rows += rowsOf(happening);
    if (this.#rows > ROWS_MAX) this.endPosition = position;
    else this.#happenings.push(happening);
  }

  /** The next one, in order; undefined when there is none now. */
  take(): Happening | undefined {
    if (this.#taken === this.#happenings.length) {
      this.#happenings = [];
      this.#taken = 0;
      return undefined;
    }
    const happening = this.#happenings[this.#taken++];
    this.#rows -= rowsOf(happening);
    return happening;
  }
}

function rowsOf(happening: Happening): number {
  if (happening.kind === 'events') return happening.batch.count + 1;
  return happening.kind === 'samples' ? happening.record.count + 1 : 1;
}
