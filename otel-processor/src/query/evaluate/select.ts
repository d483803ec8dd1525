import { isStale, LabelSet } from '../../model/index.ts';
import { createSampleBuffer, type SampleBuffer, type SelectedSeries } from '../../store/types.ts';
import type { VectorSelector } from '../syntax/index.ts';
import type { Evaluation } from './evaluation.ts';
import { keepTotals } from './histogram-totals.ts';
import { durationMs } from './plan.ts';
import { ABSENT, createRow, FLOAT, putHistogram, type Row, type RowSink } from './row.ts';
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

/** Calls `visit` with each series of the selector and its samples in [fromMs, toMs]. */
export async function readSeries(
  evaluation: Evaluation,
  selector: VectorSelector,
  fromMs: number,
  toMs: number,
  hints: { readonly stepMs: number; readonly rangeMs: number },
  visit: (series: SelectedSeries, buffer: SampleBuffer) => void,
): Promise<void> {
  const selected = await evaluation.querier.select(selector.matchers, fromMs, toMs, hints);
  evaluation.seriesTotal += selected.length;
  const buffer = createSampleBuffer();
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
    visit(series, buffer);
    evaluation.release(count);
  }
}

/**
 * The newest sample at each step within the lookback, unless it is a staleness marker. With `sampleTimes`
 * the row holds the samples' timestamps in seconds instead of their values.
 */
export async function produceInstantSelector(
  evaluation: Evaluation,
  selector: VectorSelector,
  steps: Steps,
  sink: RowSink,
  sampleTimes = false,
): Promise<void> {
  const look = lookTimes(evaluation, selector, steps);
  const { lookbackMs } = evaluation.settings;
  const lastMs = look.startMs + (steps.count - 1) * look.stepMs;
  const row: Row = createRow(LabelSet.empty, steps.count);
  const hints = { stepMs: steps.count === 1 ? 0 : steps.stepMs, rangeMs: 0 };
  await readSeries(evaluation, selector, look.startMs - lookbackMs + 1, lastMs, hints, (series, buffer) => {
    row.labels = series.labels;
    row.dropName = false;
    row.histograms = undefined;
    if (fillRow(row, buffer, look, lookbackMs, sampleTimes)) sink(row);
  });
}

function fillRow(
  row: Row,
  buffer: SampleBuffer,
  look: LookTimes,
  lookbackMs: number,
  sampleTimes: boolean,
): boolean {
  const { values, presence } = row;
  const { count, timestampsMs, words, histograms } = buffer;
  const stepCount = values.length;
  let any = false;
  let next = 0;
  for (let step = 0; step < stepCount; step++) {
    const timeMs = look.startMs + step * look.stepMs;
    while (next < count && timestampsMs[next] <= timeMs) next++;
    const at = next - 1;
    if (at < 0 || timestampsMs[at] <= timeMs - lookbackMs || isStale(words, at)) {
      presence[step] = ABSENT;
      continue;
    }
    any = true;
    if (sampleTimes) {
      values[step] = timestampsMs[at] / 1000;
      presence[step] = FLOAT;
      continue;
    }
    const histogram = histograms?.get(at);
    if (histogram !== undefined) {
      putHistogram(row, step, histogram);
    } else {
      values[step] = buffer.values[at];
      presence[step] = FLOAT;
    }
  }
  return any;
}
