import { type Clock, yieldToEventLoop } from '../base/index.ts';

/** Work that may be interrupted after each step. */
export type Steps = Generator<undefined, void>;

/** Texts and the like in one step: well below a millisecond. */
export const STEP_SIZE = 1024;

/** How long one turn of the event loop may be. */
const TURN_MS = 5;

/** So that the doors stay open meanwhile. */
export async function runInTurns(steps: Steps, clock: Clock): Promise<void> {
  let turnEndMs = clock.monotonicMs() + TURN_MS;
  for (const _ of steps) {
    if (clock.monotonicMs() < turnEndMs) continue;
    await yieldToEventLoop();
    turnEndMs = clock.monotonicMs() + TURN_MS;
  }
}

/** Rows of accumulations that are worked on in one step; a sketch may take a few microseconds. */
const STEP_ROWS = 512;

/** Calls `work` with ranges [from, to) that together are [0, count). */
export function* inSteps(count: number, work: (from: number, to: number) => void): Steps {
  for (let from = 0; from < count; from += STEP_ROWS) {
    work(from, Math.min(count, from + STEP_ROWS));
    yield;
  }
}
