import { isStale, LabelSet } from '../../model/index.ts';
import { createSampleBuffer, type SelectedSeries } from '../../store/types.ts';
import type { VectorSelector } from '../syntax/index.ts';
import type { Evaluation } from './evaluation.ts';
import { keepTotals } from './histogram-totals.ts';
import { durationMs } from './plan.ts';
import { ABSENT, createRow, FLOAT, putHistogram, type Row, type RowSink } from './row.ts';
import type { TimedSampleBuffer } from './samples.ts';
import { produceSmoothedSelector } from './select-smoothed.ts';
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
  visit: (series: SelectedSeries, buffer: TimedSampleBuffer) => void,
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
    visit(series, buffer);
    evaluation.release(count);
  }
}

/** What an instant selector's row holds of the sample it finds: its value, or one of its times in seconds. */
export type SampleField = 'value' | 'time' | 'startTime';

/** The newest sample at each step within the lookback, unless it is a staleness marker. */
export async function produceInstantSelector(
  evaluation: Evaluation,
  selector: VectorSelector,
  steps: Steps,
  sink: RowSink,
  field: SampleField = 'value',
): Promise<void> {
  if (selector.edges === 'smoothed' && field === 'value') {
    return produceSmoothedSelector(evaluation, selector, steps, sink);
  }
  const look = lookTimes(evaluation, selector, steps);
  const { lookbackMs } = evaluation.settings;
  const lastMs = look.startMs + (steps.count - 1) * look.stepMs;
  const row: Row = createRow(LabelSet.empty, steps.count);
  const hints = { stepMs: steps.count === 1 ? 0 : steps.stepMs, rangeMs: 0 };
  await readSeries(evaluation, selector, look.startMs - lookbackMs + 1, lastMs, hints, (series, buffer) => {
    row.labels = series.labels;
    row.dropName = false;
    row.histograms = undefined;
    if (fillRow(row, buffer, look, lookbackMs, field)) sink(row);
  });
}

function fillRow(
  row: Row,
  buffer: TimedSampleBuffer,
  look: LookTimes,
  lookbackMs: number,
  field: SampleField,
): boolean {
  const { values, presence } = row;
  const { count, timestampsMs, words, histograms } = buffer;
  const times = field === 'time' ? timestampsMs : field === 'startTime' ? buffer.startTimesMs : undefined;
  if (field !== 'value' && times === undefined) return false;
  let any = false;
  let next = 0;
  for (let step = 0; step < values.length; step++) {
    const timeMs = look.startMs + step * look.stepMs;
    while (next < count && timestampsMs[next] <= timeMs) next++;
    const at = next - 1;
    if (at < 0 || timestampsMs[at] <= timeMs - lookbackMs || isStale(words, at)) {
      presence[step] = ABSENT;
      continue;
    }
    any = true;
    const histogram = times === undefined ? histograms?.get(at) : undefined;
    if (histogram !== undefined) {
      putHistogram(row, step, histogram);
    } else {
      values[step] = times === undefined ? buffer.values[at] : times[at] / 1000;
      presence[step] = FLOAT;
    }
  }
  return any;
}
