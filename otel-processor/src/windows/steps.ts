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
