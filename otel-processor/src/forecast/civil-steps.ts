import { assert } from '../base/index.ts';

const DAY_MS = 86_400_000;

/** From which step on the zone's clocks show `shiftSteps` more than at the first step. */
interface Shift {
  readonly fromStep: number;
  readonly shiftSteps: number;
}

/**
 * The steps of a signal on the wall clock of a time zone: an hour that the clocks leap over is missing, of one that they
 * show twice the second is kept. So "each day at nine" stays one phase of the day when daylight saving begins or ends.
 */
export class CivilSteps {
  readonly #shifts: readonly Shift[];

  constructor(startMs: number, stepMs: number, stepCount: number, timeZone: string) {
    this.#shifts = findShifts(startMs, stepMs, stepCount, timeZone);
  }

  /** False when the clocks do not change while the signal lasts: nothing is to be done. */
  get changes(): boolean {
    return this.#shifts.length > 1;
  }

  civilStep(step: number): number {
    let shiftSteps = 0;
    for (const shift of this.#shifts) if (step >= shift.fromStep) shiftSteps = shift.shiftSteps;
    return step + shiftSteps;
  }

  toCivil(values: Float64Array): Float64Array {
    const civil = new Float64Array(this.civilStep(values.length - 1) + 1).fill(Number.NaN);
    for (let step = 0; step < values.length; step++) civil[this.civilStep(step)] = values[step];
    return civil;
  }
}

function findShifts(startMs: number, stepMs: number, stepCount: number, timeZone: string): Shift[] {
  const offsetAt = offsetReader(timeZone);
  const first = offsetAt(startMs);
  const shifts: Shift[] = [{ fromStep: 0, shiftSteps: 0 }];
  let known = first;
  let step = 0;
  // The clocks of no zone change twice within a day.
  const stride = Math.max(1, Math.floor(DAY_MS / stepMs));
  while (step < stepCount) {
    const next = Math.min(stepCount, step + stride);
    const offset = offsetAt(startMs + next * stepMs);
    if (offset !== known) {
      let low = step;
      let high = next;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (offsetAt(startMs + middle * stepMs) === known) low = middle;
        else high = middle;
      }
      const shiftSteps = Math.round((offset - first) / stepMs);
      if (shiftSteps !== shifts[shifts.length - 1].shiftSteps) shifts.push({ fromStep: high, shiftSteps });
      known = offset;
    }
    step = next;
  }
  return shifts;
}

function offsetReader(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (timeMs) => {
    const name = format.formatToParts(timeMs).find(({ type }) => type === 'timeZoneName')?.value;
    const match = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(name ?? '');
    assert(match !== null, `not an offset: ${name}`);
    const [, sign, hours, minutes, seconds] = match;
    if (sign === undefined) return 0;
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds ?? 0) * 1000;
    return sign === '-' ? -offset : offset;
  };
}
