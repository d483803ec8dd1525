import { createSampleBuffer, type SelectedSeries } from '../../store/types.ts';
import type { VectorSelector } from '../syntax/index.ts';
import type { Evaluation } from './evaluation.ts';
import { keepTotals } from './histogram-totals.ts';
import { durationMs } from './plan.ts';
import type { TimedSampleBuffer } from './samples.ts';
import { endOf, type Steps } from './steps.ts';

/** When a selector looks: at step i at `startMs + i * stepMs`; `stepMs` is 0 when `@` pins it. */
export interface LookTimes {
  readonly startMs: number;
  readonly stepMs: number;
}

export function lookTimes(
  evaluation: Evaluation,
  shift: Pick<VectorSelector, 'at' | 'offset'>,
  steps: Steps,
): LookTimes {
  const query = evaluation.steps;
  const offsetMs = shift.offset === undefined ? 0 : durationMs(shift.offset, query);
  const { at } = shift;
  if (at === undefined) return { startMs: steps.startMs - offsetMs, stepMs: steps.stepMs };
  const pinnedMs = at.kind === 'time' ? at.timeMs : at.kind === 'start' ? query.startMs : endOf(query);
  return { startMs: pinnedMs - offsetMs, stepMs: 0 };
}

/** Calls `visit` with each series of the selector and its samples in [fromMs, toMs], and waits for what it returns. */
export async function readSeries(
  evaluation: Evaluation,
  selector: VectorSelector,
  fromMs: number,
  toMs: number,
  hints: { readonly stepMs: number; readonly rangeMs: number },
  visit: (series: SelectedSeries, buffer: TimedSampleBuffer) => Promise<void> | undefined | void,
): Promise<void> {
  const selected = await evaluation.querier.select(selector.matchers, fromMs, toMs, hints);
  evaluation.seriesTotal += selected.length;
  const buffer: TimedSampleBuffer = createSampleBuffer();
  for (const series of selected) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    const pending = series.read(buffer);
    if (pending !== undefined) await pending;
    const { count } = buffer;
    if (count === 0) continue;
    if (selector.totalsOnly === true) keepTotals(buffer);
    evaluation.samplesTotal += count;
    evaluation.hold(count);
    const visiting = visit(series, buffer);
    if (visiting !== undefined) await visiting;
    evaluation.release(count);
  }
}
