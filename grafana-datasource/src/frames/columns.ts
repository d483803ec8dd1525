import { type HistogramPair, type Labels, parseSampleValue, type QueryData } from '@statbar/sdk/wire';

/** One series as two columns of the same length; times in milliseconds, ascending. */
export interface SeriesColumns {
  readonly labels: Labels;
  readonly timesMs: number[];
  readonly values: number[];
}

/** Native histograms of one series over time. */
export interface HistogramColumns {
  readonly labels: Labels;
  readonly histograms: readonly HistogramPair[];
}

export interface Columns {
  readonly series: SeriesColumns[];
  readonly histograms: readonly HistogramColumns[];
}

/** Every kind of result as columns; a scalar is a series without labels. */
export function columnsOf(data: QueryData): Columns {
  const series: SeriesColumns[] = [];
  const histograms: HistogramColumns[] = [];
  switch (data.resultType) {
    case 'scalar':
    case 'string':
      series.push(seriesOf({}, [data.result]));
      break;
    case 'vector':
      for (const { metric, value, histogram } of data.result) {
        if (value !== undefined) series.push(seriesOf(metric, [value]));
        if (histogram !== undefined) histograms.push({ labels: metric, histograms: [histogram] });
      }
      break;
    case 'matrix':
      for (const { metric, values, histograms: pairs } of data.result) {
        if (values !== undefined && values.length > 0) series.push(seriesOf(metric, values));
        if (pairs !== undefined && pairs.length > 0) histograms.push({ labels: metric, histograms: pairs });
      }
  }
  return { series, histograms };
}

function seriesOf(labels: Labels, pairs: ReadonlyArray<readonly [number, string]>): SeriesColumns {
  return {
    labels,
    timesMs: pairs.map(([seconds]) => Math.round(seconds * 1000)),
    values: pairs.map(([, text]) => parseSampleValue(text)),
  };
}

/** The same text for the same labels, whatever their order. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
