import { scoreBounds } from './bounds.ts';
import type { Question } from './question.ts';
import { readMetric } from './read-metric.ts';
import type { Reading } from './reading.ts';

/** Bounds in steps of this are sorted; within a step the order is as it is. */
const STEP = 0.05;
/** Where very many metrics fit alike the rest of them is not read: there is nothing to choose between them anyway. */
const READ_MAX = 250;
/** Less is nothing. */
const SCORE_MIN = 0.001;
const STEPS_MAX = 1000;
const FIRST_COUNT = 50;

/**
 * The best `countMax` readings of a question, if they have any score, the best first, then by name. Metrics are read from the highest bound
 * down until no other can be among them: the same answer as reading all of them. What is behind the best by more than `marginOf`
 * says is not looked for.
 */
export function bestReadings(
  question: Question,
  countMax: number,
  marginOf: (best: Reading) => number,
): Reading[] {
  const { metrics } = question.index;
  const bounds = scoreBounds(question);
  let best: Reading[] = [];
  let read = 0;
  for (const { bound, ids } of descending(bounds)) {
    const [first] = best;
    const last = best.length < countMax ? 0 : best[best.length - 1].score;
    const needed = first === undefined ? 0 : Math.max(last, first.score - marginOf(first));
    if (bound < needed || read >= READ_MAX) break;
    for (const id of ids) {
      if (++read > READ_MAX) break;
      const reading = readMetric(metrics[id], question);
      if (reading.score < SCORE_MIN) continue;
      best.push(reading);
      if (best.length > 4 * countMax) best = sorted(best).slice(0, countMax);
    }
    best = sorted(best).slice(0, countMax);
  }
  return best;
}

function sorted(readings: readonly Reading[]): Reading[] {
  return readings.toSorted((a, b) => b.score - a.score || (a.metric.name < b.metric.name ? -1 : 1));
}

/** Metrics whose bound is over 0, in steps; `bound` is over all of the step's. */
function* descending(
  bounds: Float32Array,
): Generator<{ readonly bound: number; readonly ids: readonly number[] }> {
  const counts = new Uint32Array(STEPS_MAX);
  const stepOf = (bound: number): number => Math.min(STEPS_MAX - 1, Math.floor(bound / STEP));
  for (let id = 0; id < bounds.length; id++) if (bounds[id] > 0) counts[stepOf(bounds[id])] += 1;
  let above = STEPS_MAX;
  for (let wanted = FIRST_COUNT; above > 0; wanted *= 4) {
    // Most questions need few metrics: the others are not even sorted.
    let from = above;
    for (let count = 0; from > 0 && count < wanted; ) count += counts[--from];
    const ids = new Map<number, number[]>();
    for (let id = 0; id < bounds.length; id++) {
      if (bounds[id] <= 0) continue;
      const step = stepOf(bounds[id]);
      if (step < from || step >= above) continue;
      const list = ids.get(step);
      if (list === undefined) ids.set(step, [id]);
      else list.push(id);
    }
    for (const step of [...ids.keys()].sort((a, b) => b - a)) {
      const bound = step === STEPS_MAX - 1 ? Number.POSITIVE_INFINITY : (step + 1) * STEP;
      yield { bound, ids: ids.get(step) ?? [] };
    }
    above = from;
  }
}
