import {
  type Accumulations,
  Average,
  BucketHistogram,
  Count,
  EdgeValue,
  ExponentialHistogram,
  FrequentItemCounts,
  HyperLogLog,
  Maximum,
  Minimum,
  RetentionCohorts,
  RunningMoments,
  Sum,
  VariantMoments,
} from '../math/index.ts';
import { writeComparison } from './comparison.ts';
import type { ViewConfig } from './config.ts';
import { FunnelCounts } from './funnel.ts';
import { writeRetention } from './retention.ts';
import type { AnyAccumulations } from './row-pool.ts';
import { SampleQuantiles } from './samples/index.ts';
import { isNumeric, patternsOf, SAMPLE_INCREASE, SAMPLE_VALUE, sourceOf } from './view-source.ts';

/** One number of a result: what is added to the view's name, label pairs beyond the key's, the value. */
export type WriteValue = (suffix: string, labels: readonly string[], value: number) => void;

/** The window whose results are written: `[endMs - sizeMs, endMs)`. */
export interface WindowSpan {
  readonly sizeMs: number;
  readonly endMs: number;
}

/** A statistic of a view: which attributes it reads, its state, and the numbers that its results are. */
export interface Aggregate {
  readonly name: string;
  /** Attribute of the numbers, if it reads any. */
  readonly value: string | undefined;
  /** Attribute of the items, if it reads any. */
  readonly item: string | undefined;
  /** Takes histograms among samples apart: see `SampleReader`. */
  readonly readsBuckets: boolean;
  create(): AnyAccumulations;
  /** Writes the numbers of a row; without a value (NaN) there is nothing to write. */
  write(column: AnyAccumulations, row: number, window: WindowSpan, write: WriteValue): void;
}

const noLabels: readonly string[] = [];

/** One number without labels. */
function scalar<Result>(
  name: string,
  value: string | undefined,
  create: () => Accumulations<Result>,
  read: (result: Result, windowMs: number) => number,
): Aggregate {
  return define(name, value, undefined, create, (column, row, { sizeMs }, write) => {
    const number = read(column.result(row), sizeMs);
    if (!Number.isNaN(number)) write('', noLabels, number);
  });
}

/** Joins `create` and `write` of one class; what the columns are is known here and nowhere else. */
function define<Column extends AnyAccumulations>(
  name: string,
  value: string | undefined,
  item: string | undefined,
  create: () => Column,
  write: (column: Column, row: number, window: WindowSpan, write: WriteValue) => void,
): Aggregate {
  return {
    name,
    value,
    item,
    readsBuckets: false,
    create,
    write: (column, row, window, into) => write(column as Column, row, window, into),
  };
}

type Parameters = ViewConfig['aggregate'];
const same = (value: number): number => value;

/** One entry per statistic: the name in the configuration, and how its parameters become an aggregate. */
const registry: {
  readonly [Name in keyof Parameters]-?: (
    parameters: NonNullable<Parameters[Name]>,
    view: ViewConfig,
  ) => Aggregate;
} = {
  count: ({ of }, view) => {
    // Rows of a histogram's buckets are not samples that count.
    const value = of ?? (isNumeric(sourceOf(view)) ? SAMPLE_VALUE : undefined);
    return scalar('count', value, () => new Count(value !== undefined), same);
  },
  rate: (_, view) => rateOf(isNumeric(sourceOf(view))),
  increase: () => scalar('increase', SAMPLE_INCREASE, () => new Sum(), same),
  sum: ({ of }) => scalar('sum', of, () => new Sum(), same),
  avg: ({ of }) => scalar('avg', of, () => new Average(), same),
  min: ({ of }) => scalar('min', of, () => new Minimum(), same),
  max: ({ of }) => scalar('max', of, () => new Maximum(), same),
  first: ({ of }) => scalar('first', of, () => new EdgeValue('first'), same),
  last: ({ of }) => scalar('last', of, () => new EdgeValue('last'), same),
  stddev: ({ of }) =>
    scalar(
      'stddev',
      of,
      () => new RunningMoments(),
      ({ variance }) => Math.sqrt(variance),
    ),
  quantiles: ({ of, at }, view) =>
    of === SAMPLE_VALUE && sourceOf(view).kind === 'metric' ? sampleQuantilesOf(at) : quantilesOf(of, at),
  distinct: ({ of, precision }) =>
    define(
      'distinct',
      undefined,
      of,
      () => new HyperLogLog(precision),
      (column, row, _, write) => write('', noLabels, Math.round(column.result(row))),
    ),
  top: ({ of, k, by }) => topOf(of, k, by),
  histogram: ({ of, bounds }) => histogramOf(of, bounds),
  funnel: (_, view) => funnelOf(patternsOf(view)),
  retention: ({ of, every, users }) =>
    define(
      'retention',
      undefined,
      of,
      () => new RetentionCohorts(every, users),
      (column, row, window, write) => writeRetention(column.result(row), every, window, write),
    ),
  compare: ({ variant, of, alpha, effect }) =>
    define(
      'compare',
      of,
      variant,
      () => new VariantMoments(),
      (column, row, _, write) => writeComparison(column.result(row), alpha, effect, write),
    ),
};

/** Of events their number, of samples what their counters rose by. */
function rateOf(ofSamples: boolean): Aggregate {
  const perSecond = (total: number, windowMs: number): number => total / (windowMs / 1000);
  if (ofSamples) return scalar('rate', SAMPLE_INCREASE, () => new Sum(), perSecond);
  return scalar('rate', undefined, () => new Count(), perSecond);
}

function quantilesOf(of: string, at: readonly number[]): Aggregate {
  return define('quantiles', of, undefined, () => new ExponentialHistogram(at), quantileWriter(at));
}

function sampleQuantilesOf(at: readonly number[]): Aggregate {
  const create = () => new SampleQuantiles(at);
  const aggregate = define('quantiles', SAMPLE_VALUE, undefined, create, quantileWriter(at));
  return { ...aggregate, readsBuckets: true };
}

function quantileWriter(at: readonly number[]) {
  const labels = at.map((quantile) => ['quantile', String(quantile)]);
  return (column: Accumulations<readonly number[]>, row: number, _: WindowSpan, write: WriteValue): void => {
    column.result(row).forEach((value, i) => {
      if (!Number.isNaN(value)) write('', labels[i], value);
    });
  };
}

function topOf(of: string, k: number, by: string): Aggregate {
  const weighted = by !== 'count';
  const label = of.replace(/[^a-zA-Z0-9_]/g, '_');
  return define(
    'top',
    weighted ? by : undefined,
    of,
    () => new FrequentItemCounts(k, Math.max(256, 4 * k), weighted),
    (column, row, _, write) => {
      const { top, error } = column.result(row);
      for (const { item, weight } of top) write('', [label, item], weight);
      write(':error', noLabels, error);
    },
  );
}

function histogramOf(of: string, bounds: readonly number[]): Aggregate {
  const labels = [...bounds.map(String), '+Inf'].map((bound) => ['le', bound]);
  return define(
    'histogram',
    of,
    undefined,
    () => new BucketHistogram(bounds),
    (column, row, _, write) => {
      column.result(row).forEach((count, i) => {
        write('_bucket', labels[i], count);
      });
    },
  );
}

function funnelOf(steps: readonly string[]): Aggregate {
  const labels = steps.map((step) => ['step', step]);
  return define(
    'funnel',
    undefined,
    undefined,
    () => new FunnelCounts(steps.length),
    (column, row, _, write) => {
      const { reached, secondsFromPrevious } = column.result(row);
      reached.forEach((count, step) => {
        write(':reached', labels[step], count);
        if (reached[0] > 0) write(':conversion', labels[step], count / reached[0]);
        if (step > 0 && reached[step - 1] > 0)
          write(':step_conversion', labels[step], count / reached[step - 1]);
        if (count > 0 && step > 0) write(':step_seconds', labels[step], secondsFromPrevious[step]);
      });
    },
  );
}

/** The aggregates that a view asks for, in the order of the registry. */
export function aggregatesOf(view: ViewConfig): readonly Aggregate[] {
  const aggregates: Aggregate[] = [];
  for (const name of Object.keys(registry) as Array<keyof Parameters>) {
    const parameters = view.aggregate[name];
    if (parameters === undefined) continue;
    const create = registry[name] as (parameters: unknown, view: ViewConfig) => Aggregate;
    aggregates.push(create(parameters, view));
  }
  return aggregates;
}
