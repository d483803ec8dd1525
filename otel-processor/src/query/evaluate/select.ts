import { isStale, LabelSet } from '../../model/index.ts';
import type { VectorSelector } from '../syntax/index.ts';
import type { Evaluation } from './evaluation.ts';
import { type LookTimes, lookTimes, readSeries } from './look.ts';
import { ABSENT, createRow, FLOAT, putHistogram, type Row, type RowSink } from './row.ts';
import type { TimedSampleBuffer } from './samples.ts';
import { produceSmoothedSelector } from './select-smoothed.ts';
import type { Steps } from './steps.ts';

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
  const hints = { stepMs: steps.stepMs, rangeMs: 0 };
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
