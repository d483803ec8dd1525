import type { RangeCall } from './function-entry.ts';

const counterSuffixes = ['_total', '_sum', '_count', '_bucket'];

/** ` for metric name "x"`, or nothing without a name. */
export function forMetric(metricName: string): string {
  return metricName === '' ? '' : ` for metric name ${JSON.stringify(metricName)}`;
}

function forMetricPlain(metricName: string): string {
  return metricName === '' ? '' : ` for metric ${JSON.stringify(metricName)}`;
}

/** What range functions may have to say about the series at hand. */
export interface RangeAnnotations {
  mixed(): void;
  mixedBuckets(): void;
  ignoredHistograms(): void;
  notCounter(): void;
  notGauge(): void;
  reconciled(operation: 'addition' | 'subtraction' | 'aggregation'): void;
  resetConflict(): void;
  startOverlap(): void;
  /** Said once a name: a counter's name ends in a known way. */
  maybeNoCounter(): void;
}

export function rangeAnnotations(call: RangeCall): RangeAnnotations {
  const { evaluation } = call;
  const { span } = call.call.args[0];
  let checkedName: string | undefined;
  return {
    mixed: () =>
      evaluation.warn(`encountered a mix of histograms and floats${forMetric(call.metricName())}`, span),
    mixedBuckets: () =>
      evaluation.warn(
        `vector contains a mix of histograms with exponential and custom buckets schemas${forMetric(call.metricName())}`,
        span,
      ),
    ignoredHistograms: () =>
      evaluation.info(
        `ignored histograms in a range containing both floats and histograms${forMetric(call.metricName())}`,
        span,
      ),
    notCounter: () =>
      evaluation.warn(
        `this native histogram metric is not a counter: ${JSON.stringify(call.metricName())}`,
        span,
      ),
    notGauge: () =>
      evaluation.warn(
        `this native histogram metric is not a gauge: ${JSON.stringify(call.metricName())}`,
        span,
      ),
    reconciled: (operation) =>
      evaluation.info(`mismatched custom buckets were reconciled during ${operation}`, span),
    resetConflict: () => evaluation.warn('conflicting counter resets during histogram aggregation', span),
    startOverlap: () =>
      evaluation.warn(
        `sample has start time that overlaps with previous sample timestamp${forMetricPlain(call.metricName())}`,
        span,
      ),
    maybeNoCounter() {
      const name = call.metricName();
      if (name === checkedName) return;
      checkedName = name;
      if (name === '' || counterSuffixes.some((suffix) => name.endsWith(suffix))) return;
      evaluation.info(
        `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
        span,
      );
    },
  };
}
