import type { Histogram, LabelSet } from '../model/index.ts';
import type { QueryValue } from '../query/types.ts';

/** The lines of a result as a script writes them; a vector's and matrix's in the result's own order. */
export function printResult(
  value: QueryValue,
  steps: { fromMs: number; stepMs: number; count: number },
): string[] {
  if (value.type === 'scalar') return [printNumber(value.value)];
  if (value.type === 'string') return [JSON.stringify(value.value)];
  if (value.type === 'vector') {
    return value.samples.map(
      (sample) =>
        `${printLabels(sample.labels)} ${sample.histogram === undefined ? printNumber(sample.value) : printHistogram(sample.histogram)}`,
    );
  }
  return value.series.map((series) => {
    const cells = new Array<string>(steps.count).fill('_');
    series.timestampsMs.forEach((timestampMs, index) => {
      const histogram = series.histograms?.get(index);
      cells[(timestampMs - steps.fromMs) / steps.stepMs] =
        histogram === undefined ? printNumber(series.values[index]) : printHistogram(histogram);
    });
    return `${printLabels(series.labels)} ${cells.join(' ')}`;
  });
}

export function printNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

export function printLabels(labels: LabelSet): string {
  const text = labels.toString();
  return text === '' ? '{}' : text;
}

/** The notation of Prometheus's test scripts, with the parts that are not empty. */
export function printHistogram(histogram: Histogram): string {
  const parts = [
    `schema:${histogram.schema}`,
    `sum:${printNumber(histogram.sum)}`,
    `count:${histogram.count}`,
  ];
  if (histogram.zeroCount !== 0) parts.push(`z_bucket:${histogram.zeroCount}`);
  const side = (name: string, spans: Histogram['positiveSpans'], buckets: readonly number[]): void => {
    if (buckets.length === 0) return;
    const dense: number[] = [];
    let at = 0;
    spans.forEach((span, index) => {
      if (index > 0) for (let i = 0; i < span.offset; i++) dense.push(0);
      for (let i = 0; i < span.length; i++) dense.push(buckets[at++]);
    });
    if (spans[0].offset !== 0) parts.push(`${name === 'buckets' ? '' : 'n_'}offset:${spans[0].offset}`);
    parts.push(`${name}:[${dense.join(' ')}]`);
  };
  side('buckets', histogram.positiveSpans, histogram.positiveBuckets);
  side('n_buckets', histogram.negativeSpans, histogram.negativeBuckets);
  return `{{${parts.join(' ')}}}`;
}
