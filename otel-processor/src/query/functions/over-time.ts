import { printed } from '../evaluate/aggregate-quantile.ts';
import { KahanSum } from '../evaluate/kahan.ts';
import { quantile } from '../evaluate/quantile.ts';
import type { RangeWindow } from '../evaluate/range-window.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Presence } from '../evaluate/row.ts';
import { rangeAnnotations } from './annotations.ts';
import type { FunctionEntry, RangeCall, SeriesFunction } from './function-entry.ts';
import { slidingExtreme } from './over-time-extreme.ts';
import { averageOf, combineHistograms } from './over-time-mean.ts';
import { SortedWindow } from './over-time-quantile.ts';

type At = (window: RangeWindow, step: number) => Presence;

function overTime(
  name: string,
  doc: string,
  create: (call: RangeCall) => At | SeriesFunction,
  more: { keepsName?: boolean; experimental?: boolean; args?: FunctionEntry['args'] } = {},
): FunctionEntry {
  return {
    name,
    args: more.args ?? ['matrix'],
    variadic: 0,
    returns: 'vector',
    doc,
    ...(more.experimental === true ? { experimental: true } : {}),
    implementation: {
      kind: 'range',
      ...(more.keepsName === true ? { keepsName: true } : {}),
      create(call) {
        const made = create(call);
        return typeof made === 'function' ? { at: made } : made;
      },
    },
  };
}

/** A function of the floats; says so when it leaves histograms out. */
export function ofFloats(
  create: (call: RangeCall) => (window: RangeWindow, step: number) => number,
  leastCount = 1,
): (call: RangeCall) => At {
  return (call) => {
    const annotations = rangeAnnotations(call);
    const calculate = create(call);
    return (window, step) => {
      if (window.to === window.from) return ABSENT;
      if (window.histogramTo > window.histogramFrom) annotations.ignoredHistograms();
      if (window.to - window.from < leastCount) return ABSENT;
      window.value = calculate(window, step);
      return FLOAT;
    };
  };
}

function sumOf(window: RangeWindow, total: KahanSum): number {
  total.reset();
  for (let i = window.from; i < window.to; i++) total.add(window.series.values[i]);
  return total.total;
}

function sum(call: RangeCall): At {
  const annotations = rangeAnnotations(call);
  const total = new KahanSum();
  return (window) => {
    if (window.histogramTo === window.histogramFrom) {
      window.value = sumOf(window, total);
      return FLOAT;
    }
    if (window.to > window.from) {
      annotations.mixed();
      return ABSENT;
    }
    const { histograms } = window.series;
    window.histogram = combineHistograms(
      histograms.slice(window.histogramFrom, window.histogramTo),
      'sum',
      annotations,
    );
    return window.histogram === undefined ? ABSENT : HISTOGRAM;
  };
}

function average(call: RangeCall): At {
  const annotations = rangeAnnotations(call);
  return (window) => {
    if (window.histogramTo === window.histogramFrom) {
      window.value = averageOf(window.series.values, window.from, window.to);
      return FLOAT;
    }
    if (window.to > window.from) {
      annotations.mixed();
      return ABSENT;
    }
    const { histograms } = window.series;
    window.histogram = combineHistograms(
      histograms.slice(window.histogramFrom, window.histogramTo),
      'mean',
      annotations,
    );
    return window.histogram === undefined ? ABSENT : HISTOGRAM;
  };
}

/** First or last sample, of either kind. */
function edge(which: 'first' | 'last'): () => At {
  return () => (window) => {
    const { series, from, to, histogramFrom, histogramTo } = window;
    const float = which === 'first' ? from : to - 1;
    const histogram = which === 'first' ? histogramFrom : histogramTo - 1;
    const hasFloat = to > from;
    const hasHistogram = histogramTo > histogramFrom;
    const floatWins =
      !hasHistogram ||
      (hasFloat &&
        (which === 'first'
          ? series.timesMs[float] < series.histogramTimesMs[histogram]
          : series.timesMs[float] > series.histogramTimesMs[histogram]));
    if (floatWins) {
      window.value = series.values[float];
      return FLOAT;
    }
    window.histogram = series.histograms[histogram];
    return HISTOGRAM;
  };
}

function edgeTime(which: 'first' | 'last'): () => At {
  return () => (window) => {
    const { series, from, to, histogramFrom, histogramTo } = window;
    const times: number[] = [];
    if (to > from) times.push(series.timesMs[which === 'first' ? from : to - 1]);
    if (histogramTo > histogramFrom) {
      times.push(series.histogramTimesMs[which === 'first' ? histogramFrom : histogramTo - 1]);
    }
    window.value = (which === 'first' ? Math.min(...times) : Math.max(...times)) / 1000;
    return FLOAT;
  };
}

function extremeTime(isBetter: (value: number, best: number) => boolean): (call: RangeCall) => At {
  return ofFloats(() => (window) => {
    const { values, timesMs } = window.series;
    let best = window.from;
    for (let i = window.from; i < window.to; i++) {
      if (isBetter(values[i], values[best]) || Number.isNaN(values[best])) best = i;
    }
    return timesMs[best] / 1000;
  });
}

/** Population variance by Welford's recurrence, compensated. */
function varianceOf(window: RangeWindow): number {
  const mean = new KahanSum();
  const squares = new KahanSum();
  let count = 0;
  for (let i = window.from; i < window.to; i++) {
    const value = window.series.values[i];
    count += 1;
    const delta = value - (mean.sum + mean.compensation);
    mean.add(delta / count);
    squares.add(delta * (value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / count;
}

function valuesOf(window: RangeWindow): Float64Array {
  return window.series.values.slice(window.from, window.to);
}

function quantileOverTime(call: RangeCall): SeriesFunction {
  const phis = call.scalars[0]!;
  const { span } = call.call.args[0];
  const annotations = rangeAnnotations(call);
  const sorted = new SortedWindow();
  return {
    begin: () => sorted.restart(),
    at(window, step) {
      if (window.to === window.from) return ABSENT;
      const phi = phis[step];
      if (!(phi >= 0 && phi <= 1)) {
        call.evaluation.warn(`quantile value should be between 0 and 1, got ${printed(phi)}`, span);
      }
      if (window.histogramTo > window.histogramFrom) annotations.ignoredHistograms();
      sorted.follow(window);
      window.value = sorted.quantile(phi);
      return FLOAT;
    },
  };
}

/** Median absolute deviation from the median. */
function mad(window: RangeWindow): number {
  const values = valuesOf(window);
  if (values.some(Number.isNaN)) return Number.NaN;
  const median = quantile(0.5, values);
  return quantile(
    0.5,
    values.map((value) => Math.abs(value - median)),
  );
}

/** Aggregations over time. */
export const overTimeFunctions: readonly FunctionEntry[] = [
  overTime('sum_over_time', 'Sum of the samples.', sum),
  overTime('avg_over_time', 'Mean of the samples.', average),
  overTime('count_over_time', 'Number of samples.', () => (window) => {
    window.value = window.to - window.from + window.histogramTo - window.histogramFrom;
    return FLOAT;
  }),
  overTime('present_over_time', '1 where there is any sample.', () => (window) => {
    window.value = 1;
    return FLOAT;
  }),
  overTime('min_over_time', 'Smallest float.', slidingExtreme('min')),
  overTime('max_over_time', 'Largest float.', slidingExtreme('max')),
  overTime(
    'stddev_over_time',
    'Population standard deviation of the floats.',
    ofFloats(() => (window) => Math.sqrt(varianceOf(window))),
  ),
  overTime(
    'stdvar_over_time',
    'Population variance of the floats.',
    ofFloats(() => varianceOf),
  ),
  overTime('quantile_over_time', 'Quantile of the floats.', quantileOverTime, { args: ['scalar', 'matrix'] }),
  overTime(
    'mad_over_time',
    'Median absolute deviation of the floats.',
    ofFloats(() => mad),
    { experimental: true },
  ),
  overTime('last_over_time', 'Newest sample.', edge('last'), { keepsName: true }),
  overTime('first_over_time', 'Oldest sample.', edge('first'), { keepsName: true, experimental: true }),
  overTime('ts_of_first_over_time', 'When the oldest sample was taken.', edgeTime('first'), {
    experimental: true,
  }),
  overTime('ts_of_last_over_time', 'When the newest sample was taken.', edgeTime('last'), {
    experimental: true,
  }),
  overTime(
    'ts_of_max_over_time',
    'When the largest float was taken, the last time.',
    extremeTime((value, best) => value >= best),
    { experimental: true },
  ),
  overTime(
    'ts_of_min_over_time',
    'When the smallest float was taken, the last time.',
    extremeTime((value, best) => value <= best),
    { experimental: true },
  ),
];
