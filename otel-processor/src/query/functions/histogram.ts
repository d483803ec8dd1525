import type { Histogram } from '../../model/index.ts';
import { KahanSum } from '../evaluate/kahan.ts';
import { allBuckets, usesCustomBuckets } from '../histogram/index.ts';
import type { FunctionEntry } from './function-entry.ts';
import { evaluateFraction, evaluateQuantile, evaluateQuantiles } from './histogram-quantile.ts';

function simple(name: string, doc: string, histogram: (histogram: Histogram) => number): FunctionEntry {
  const map = { histogram };
  return {
    name,
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    doc,
    implementation: { kind: 'map', create: () => map },
  };
}

/** Variance of the observations, each taken to lie in the middle of its bucket. */
function variance(histogram: Histogram): number {
  const mean = histogram.sum / histogram.count;
  const total = new KahanSum();
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    let middle: number;
    if (usesCustomBuckets(histogram)) middle = (lower + upper) / 2;
    else if (lower <= 0 && upper >= 0) middle = 0;
    else middle = Math.sqrt(lower * upper) * Math.sign(upper);
    total.add(count * (middle - mean) ** 2);
  }
  return (total.sum + total.compensation) / histogram.count;
}

/** Functions of histograms, native and classic. */
export const histogramFunctions: readonly FunctionEntry[] = [
  simple('histogram_count', 'Number of observations of native histograms.', (histogram) => histogram.count),
  simple('histogram_sum', 'Sum of the observations of native histograms.', (histogram) => histogram.sum),
  simple('histogram_avg', 'Mean of the observations of native histograms.', ({ sum, count }) => sum / count),
  simple('histogram_stdvar', 'Variance of the observations of native histograms.', variance),
  simple('histogram_stddev', 'Standard deviation of the observations of native histograms.', (histogram) =>
    Math.sqrt(variance(histogram)),
  ),
  {
    name: 'histogram_quantile',
    args: ['scalar', 'vector'],
    variadic: 0,
    returns: 'vector',
    doc: 'Quantile of native histograms, and of classic ones by their buckets with label le.',
    implementation: { kind: 'vector', evaluate: evaluateQuantile },
  },
  {
    name: 'histogram_quantiles',
    args: ['vector', 'string', 'scalar', 'scalar'],
    variadic: -1,
    returns: 'vector',
    experimental: true,
    doc: 'Several quantiles at once, told apart by a label.',
    implementation: { kind: 'vector', evaluate: evaluateQuantiles },
  },
  {
    name: 'histogram_fraction',
    args: ['scalar', 'scalar', 'vector'],
    variadic: 0,
    returns: 'vector',
    doc: 'Share of the observations between two values.',
    implementation: { kind: 'vector', evaluate: evaluateFraction },
  },
];
