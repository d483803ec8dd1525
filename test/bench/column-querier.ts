import { createPrng } from '../../otel-processor/src/base/index.ts';
import { LabelSet, type Matcher } from '../../otel-processor/src/model/index.ts';
import { growSampleBuffer, type SelectedSeries } from '../../otel-processor/src/store/types.ts';
import { MemoryQuerier } from '../script/memory-querier.ts';

interface Column {
  readonly labels: LabelSet;
  readonly values: Float64Array;
}

/** Series that share their timestamps, as whole columns: what reading costs without any store behind it. */
export class ColumnQuerier extends MemoryQuerier {
  readonly #byName = new Map<string, Column[]>();
  readonly #timesMs: Float64Array;

  constructor(timesMs: Float64Array) {
    super();
    this.#timesMs = timesMs;
  }

  addColumn(labels: LabelSet, values: Float64Array): void {
    const name = labels.metricName ?? '';
    const columns = this.#byName.get(name) ?? [];
    columns.push({ labels, values });
    this.#byName.set(name, columns);
  }

  override async select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
  ): Promise<readonly SelectedSeries[]> {
    const times = this.#timesMs;
    let from = 0;
    while (from < times.length && times[from] < fromMs) from++;
    let to = from;
    while (to < times.length && times[to] <= toMs) to++;
    const selected: SelectedSeries[] = [];
    const name = matchers.find((matcher) => matcher.name === '__name__' && matcher.type === '=')?.value;
    for (const { labels, values } of this.#byName.get(name ?? '') ?? []) {
      if (!matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''))) continue;
      selected.push({
        labels,
        read(into) {
          growSampleBuffer(into, to - from);
          into.count = to - from;
          into.timestampsMs.set(times.subarray(from, to));
          into.values.set(values.subarray(from, to));
          into.histograms = undefined;
        },
      });
    }
    return selected;
  }
}

export const sampleCount = 200;
export const sampleEveryMs = 15_000;

/** 10,000 counters in 20 jobs, and 10,000 bucket series of 1,000 histograms with ten buckets each. */
export function createFleet(seed: number): ColumnQuerier {
  const prng = createPrng(seed);
  const timesMs = Float64Array.from({ length: sampleCount }, (_, i) => i * sampleEveryMs);
  const querier = new ColumnQuerier(timesMs);
  for (let i = 0; i < 10_000; i++) {
    const labels = LabelSet.from({
      __name__: 'http_requests_total',
      job: `job-${i % 20}`,
      instance: `instance-${Math.floor(i / 20)}`,
      region: `region-${i % 3}`,
      method: ['GET', 'POST', 'PUT'][i % 3],
      code: String(200 + (i % 5)),
      pod: prng.uint32().toString(16),
    });
    querier.addColumn(labels, counter(prng.next, 10));
  }
  const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];
  for (let i = 0; i < 1000; i++) {
    let below = new Float64Array(sampleCount);
    for (const le of bounds) {
      const own = counter(prng.next, 3);
      const cumulative = own.map((value, at) => value + below[at]);
      below = cumulative;
      querier.addColumn(
        LabelSet.from({ __name__: 'latency_bucket', job: `job-${i % 20}`, instance: `instance-${i}`, le }),
        cumulative,
      );
    }
  }
  return querier;
}

function counter(next: () => number, pace: number): Float64Array<ArrayBuffer> {
  const values = new Float64Array(sampleCount);
  let total = Math.floor(next() * 1e6);
  for (let i = 0; i < values.length; i++) {
    // Now and then a restart.
    total = next() < 0.001 ? 0 : total + Math.floor(next() * pace);
    values[i] = total;
  }
  return values;
}
