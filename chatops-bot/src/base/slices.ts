import type { Clock } from './clock.ts';

/** Work that stops between small steps, so that others can have their turn. */
export type Steps<T> = Generator<undefined, T>;

/** As long as others wait at most, but for the step that is under way. */
const SLICE_MS = 8;

/** All steps one after the other. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The steps a few milliseconds at a time, with a turn of the event loop in between. */
export async function inSlices<T>(steps: Steps<T>, clock: Pick<Clock, 'monotonicMs'>): Promise<T> {
  for (;;) {
    const endMs = clock.monotonicMs() + SLICE_MS;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (clock.monotonicMs() < endMs);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
