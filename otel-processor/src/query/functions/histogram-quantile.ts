import type { Histogram, LabelSet } from '../../model/index.ts';
import { printed } from '../evaluate/aggregate-quantile.ts';
import { RowMerger } from '../evaluate/merge-rows.ts';
import {
  createRow,
  FLOAT,
  HISTOGRAM,
  isEmptyRow,
  type Row,
  type RowSink,
  withoutMetadata,
} from '../evaluate/row.ts';
import { histogramFraction, histogramQuantile } from '../histogram/index.ts';
import { type Expr, formatFloatG, type Span } from '../syntax/index.ts';
import { forMetric } from './annotations.ts';
import { type ClassicBucket, classicFraction, classicQuantile } from './classic-histogram.ts';
import type { CallContext } from './function-entry.ts';

const bucketLabel = new Set(['le']);

/** Histograms of one label set: a native one, buckets of a classic one, or by mistake both. */
interface Family {
  readonly labels: LabelSet;
  native: Row | undefined;
  readonly buckets: Array<{ readonly upper: number; readonly row: Row }>;
}

/** What to do with the histogram at a step. */
interface Calculation {
  native(histogram: Histogram, step: number, metricName: string): number;
  classic(buckets: ClassicBucket[], step: number, metricName: string): number;
}

/** The bound that a label `le` names; undefined when it names none. */
function parseBound(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^[+]?inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf(inity)?$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  return Number(text);
}

/** Gathers what belongs together, leaving out buckets without a bound. */
async function gather(context: CallContext, expr: Expr): Promise<Family[]> {
  const { evaluation, evaluator, steps } = context;
  const families = new Map<string, Family>();
  const familyOf = (labels: LabelSet): Family => {
    let family = families.get(labels.key);
    if (family === undefined) {
      family = { labels, native: undefined, buckets: [] };
      families.set(labels.key, family);
    }
    return family;
  };
  for (const row of await evaluator.collect(expr, steps)) {
    const hasFloat = row.presence.includes(FLOAT);
    if (row.presence.includes(HISTOGRAM)) familyOf(row.labels).native = row;
    if (!hasFloat) continue;
    const le = row.labels.get('le');
    const upper = parseBound(le);
    if (upper === undefined) {
      evaluation.warn(
        `bucket label "le" is missing or has a malformed value of ${JSON.stringify(le ?? '')}${forMetric(row.labels.metricName ?? '')}`,
        expr.span,
      );
      continue;
    }
    familyOf(row.labels.without(bucketLabel)).buckets.push({ upper, row });
  }
  return [...families.values()];
}

async function calculate(
  context: CallContext,
  families: readonly Family[],
  span: Span,
  calculation: Calculation,
  sink: (row: Row) => void,
): Promise<void> {
  const { evaluation, steps } = context;
  for (const { labels, native, buckets } of families) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    const result = createRow(labels, steps.count);
    result.dropName = true;
    const metricName = labels.metricName ?? '';
    for (let step = 0; step < steps.count; step++) {
      const classic = buckets.filter(({ row }) => row.presence[step] === FLOAT);
      const hasNative = native !== undefined && native.presence[step] === HISTOGRAM;
      if (hasNative && classic.length > 0) {
        evaluation.warn(
          `vector contains a mix of classic and native histograms${forMetric(metricName)}`,
          span,
        );
        continue;
      }
      if (hasNative) result.values[step] = calculation.native(native.histograms![step]!, step, metricName);
      else if (classic.length > 0) {
        const counts = classic.map(({ upper, row }) => ({ upper, count: row.values[step] }));
        result.values[step] = calculation.classic(counts, step, metricName);
      } else continue;
      result.presence[step] = FLOAT;
    }
    if (!isEmptyRow(result)) sink(result);
  }
}

function checkQuantiles(context: CallContext, phis: Float64Array, span: Span): void {
  for (const phi of phis) {
    if (phi >= 0 && phi <= 1) continue;
    context.evaluation.warn(`quantile value should be between 0 and 1, got ${printed(phi)}`, span);
  }
}

function quantileOf(context: CallContext, phis: Float64Array, vectorSpan: Span): Calculation {
  const { evaluation, steps } = context;
  return {
    native(histogram, step, metricName) {
      const { value, nan } = histogramQuantile(phis[step], histogram);
      if (nan !== 'none') {
        const outcome = nan === 'lost' ? 'is NaN' : 'is skewed higher';
        evaluation.info(
          `input to histogram_quantile has NaN observations, result ${outcome}${forMetric(metricName)}`,
          vectorSpan,
        );
      }
      return value;
    },
    classic(buckets, step, metricName) {
      const { value, forced } = classicQuantile(phis[step], buckets);
      if (forced !== undefined) {
        const timestamp = new Date(steps.startMs + step * steps.stepMs).toISOString();
        const shown = evaluation.settings.delayedNameRemoval ? metricName : '';
        evaluation.info(
          `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${forMetric(shown)}, ` +
            `from buckets ${formatFloatG(forced.lowest)} to ${formatFloatG(forced.highest)}, with a max diff of ${formatFloatG(forced.largest)}, over 1 samples from ${timestamp} to ${timestamp}`,
          vectorSpan,
        );
      }
      return value;
    },
  };
}

/** Emits rows once their names are dropped, equal ones merged. */
class DroppingSink {
  readonly #merger = new RowMerger();
  readonly #eager: boolean;

  constructor(context: CallContext) {
    this.#eager = !context.evaluation.settings.delayedNameRemoval;
  }

  add(row: Row): void {
    if (this.#eager) {
      row.labels = withoutMetadata(row.labels);
      row.dropName = false;
    }
    this.#merger.add(row);
  }

  flush(sink: RowSink): void {
    for (const row of this.#merger.rows) sink(row);
  }
}

/** histogram_quantile(phi, vector) */
export async function evaluateQuantile(context: CallContext, sink: RowSink): Promise<void> {
  const [phi, vector] = context.call.args;
  const phis = await context.evaluator.scalar(phi, context.steps);
  const families = await gather(context, vector);
  checkQuantiles(context, phis, phi.span);
  const results = new DroppingSink(context);
  const calculation = quantileOf(context, phis, vector.span);
  await calculate(context, families, vector.span, calculation, (row) => results.add(row));
  results.flush(sink);
}

/** histogram_quantiles(vector, "label", phi...) */
export async function evaluateQuantiles(context: CallContext, sink: RowSink): Promise<void> {
  const [vector, labelArg, ...phiArgs] = context.call.args;
  const label = context.evaluator.string(labelArg);
  const families = await gather(context, vector);
  const results = new DroppingSink(context);
  for (const phi of phiArgs) {
    const phis = await context.evaluator.scalar(phi, context.steps);
    checkQuantiles(context, phis, phi.span);
    const calculation = quantileOf(context, phis, vector.span);
    await calculate(context, families, vector.span, calculation, (row) => {
      for (const part of byQuantile(row, phis)) {
        part.row.labels = row.labels.with(label, openMetricsFloat(part.phi));
        results.add(part.row);
      }
    });
  }
  results.flush(sink);
}

/** The row cut into one for each quantile that its steps ask for. */
function byQuantile(row: Row, phis: Float64Array): Array<{ phi: number; row: Row }> {
  const parts = new Map<number, Row>();
  for (let step = 0; step < phis.length; step++) {
    let part = parts.get(phis[step]);
    if (part === undefined) {
      part = createRow(row.labels, phis.length);
      part.dropName = row.dropName;
      parts.set(phis[step], part);
    }
    part.values[step] = row.values[step];
    part.presence[step] = row.presence[step];
  }
  return [...parts].map(([phi, part]) => ({ phi, row: part }));
}

/** OpenMetrics writes a whole number with a point. */
function openMetricsFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return `${value}.0`;
  return formatFloatG(value);
}

/** histogram_fraction(lower, upper, vector) */
export async function evaluateFraction(context: CallContext, sink: RowSink): Promise<void> {
  const [lowerArg, upperArg, vector] = context.call.args;
  const lowers = await context.evaluator.scalar(lowerArg, context.steps);
  const uppers = await context.evaluator.scalar(upperArg, context.steps);
  const families = await gather(context, vector);
  const results = new DroppingSink(context);
  const calculation: Calculation = {
    native(histogram, step, metricName) {
      if (Number.isNaN(histogram.sum)) {
        context.evaluation.info(
          `input to histogram_fraction has NaN observations, which are excluded from all fractions${forMetric(metricName)}`,
          vector.span,
        );
      }
      return histogramFraction(lowers[step], uppers[step], histogram);
    },
    classic: (buckets, step) => classicFraction(lowers[step], uppers[step], buckets),
  };
  await calculate(context, families, vector.span, calculation, (row) => results.add(row));
  results.flush(sink);
}
