import type { Histogram } from '../../model/index.ts';
import type { CallContext, Implementation } from '../functions/function-entry.ts';
import { type Expr, type Subquery, unwrapped, type VectorSelector } from '../syntax/index.ts';
import { exceed, fail } from './evaluation.ts';
import { type LookTimes, lookTimes, readSeries } from './look.ts';
import { positiveDurationMs } from './plan.ts';
import { FLOAT, HISTOGRAM, type Row, RowArena, type RowSink } from './row.ts';
import type { SampleSeries } from './samples.ts';
import { Slide } from './slide.ts';
import type { Steps } from './steps.ts';

/** Functions that know what to do with the samples beyond a range's edges. */
const anchoredSafe = ['changes', 'delta', 'increase', 'rate', 'resets'];
const smoothedSafe = ['delta', 'increase', 'rate'];

/** Evaluates a function over a range vector: each series is read once, then a window slides over it. */
export async function produceRangeCall(
  context: CallContext,
  implementation: Extract<Implementation, { kind: 'range' }>,
  sink: RowSink,
): Promise<void> {
  const { call, evaluation, steps } = context;
  const position = call.args.findIndex((arg) => isRange(unwrapped(arg)));
  const source = unwrapped(call.args[position]);
  const scalars: Array<Float64Array | undefined> = [];
  for (let i = 0; i < call.args.length; i++) {
    scalars.push(i === position ? undefined : await context.evaluator.scalar(call.args[i], steps));
  }
  const edges = source.kind === 'matrixSelector' ? source.selector.edges : undefined;
  checkEdges(call.name, edges);
  const { lookbackMs } = evaluation.settings;
  const slideOf = (look: LookTimes, rangeMs: number): Slide => {
    const beforeMs = edges === undefined ? 0 : lookbackMs;
    const afterMs = edges === 'smoothed' ? lookbackMs : 0;
    const dropName = implementation.keepsName !== true;
    return new Slide({ evaluation, steps, look, rangeMs, beforeMs, afterMs, dropName, sink }, (metricName) =>
      implementation.create({ evaluation, call, steps, scalars, rangeMs, edges, metricName }),
    );
  };
  if (source.kind === 'matrixSelector') {
    const rangeMs = positiveDurationMs(source.range, evaluation.steps);
    await overSelector(
      context,
      source.selector,
      slideOf(lookTimes(evaluation, source.selector, steps), rangeMs),
    );
  } else if (source.kind === 'subquery') {
    const rangeMs = positiveDurationMs(source.range, evaluation.steps);
    const inner = subquerySteps(context, source, rangeMs);
    if (inner.steps.count > 0) await overSubquery(context, source, inner.steps, slideOf(inner.look, rangeMs));
  } else {
    fail('range vector expected');
  }
}

function isRange(expr: Expr): boolean {
  return expr.kind === 'matrixSelector' || expr.kind === 'subquery';
}

function checkEdges(name: string, edges: 'anchored' | 'smoothed' | undefined): void {
  if (edges === undefined) return;
  const safe = edges === 'anchored' ? anchoredSafe : smoothedSafe;
  if (safe.includes(name)) return;
  fail(`${edges} modifier can only be used with: ${safe.join(', ')} - not with ${name}`);
}

async function overSelector(context: CallContext, selector: VectorSelector, slide: Slide): Promise<void> {
  const { evaluation, steps } = context;
  const { look, rangeMs, beforeMs, afterMs } = slide.settings;
  const lastMs = look.startMs + (steps.count - 1) * look.stepMs;
  const fromMs = look.startMs - rangeMs - beforeMs + 1;
  const hints = { stepMs: steps.stepMs, rangeMs };
  await readSeries(evaluation, selector, fromMs, lastMs + afterMs, hints, (series, buffer) => {
    slide.window.series.assign(buffer);
    return slide.over(series.labels, false);
  });
}

/** Steps of a subquery: multiples of its step in (first - range, last]. */
export function subquerySteps(
  context: Pick<CallContext, 'evaluation' | 'steps'>,
  subquery: Subquery,
  rangeMs: number,
): { look: LookTimes; steps: Steps } {
  const { evaluation, steps } = context;
  const look = lookTimes(evaluation, subquery, steps);
  const stepMs =
    subquery.step === undefined
      ? evaluation.settings.subqueryStepMs
      : positiveDurationMs(subquery.step, evaluation.steps);
  const afterMs = look.startMs - rangeMs;
  const startMs = (Math.floor(afterMs / stepMs) + 1) * stepMs;
  const lastMs = look.startMs + (steps.count - 1) * look.stepMs;
  const count = Math.max(0, Math.floor((lastMs - startMs) / stepMs) + 1);
  if (count > evaluation.settings.subqueryStepsMax) {
    exceed(
      `subquery has ${count} steps, more than ${evaluation.settings.subqueryStepsMax} (ten times query.steps_max)`,
    );
  }
  return { look, steps: { startMs, stepMs, count } };
}

/** Samples looked at for one row from which on rows are kept and gone through in turns, and not as they are produced. */
const LONG_ROW_SAMPLES = 100_000;

async function overSubquery(
  context: CallContext,
  subquery: Subquery,
  steps: Steps,
  slide: Slide,
): Promise<void> {
  const { evaluation, evaluator } = context;
  const samples = new RowSamples(steps);
  const windowSamples = Math.min(steps.count, slide.settings.rangeMs / steps.stepMs);
  if (windowSamples * slide.settings.steps.count < LONG_ROW_SAMPLES) {
    return evaluator.produce(subquery.expr, steps, (row) => {
      samples.assign(row, slide.window.series);
      slide.overAtOnce(row.labels, row.dropName);
    });
  }
  const arena = new RowArena(steps.count);
  const rows: Row[] = [];
  await evaluator.produce(subquery.expr, steps, (row) => {
    evaluation.hold(steps.count);
    rows.push(arena.copy(row));
  });
  for (const row of rows) {
    samples.assign(row, slide.window.series);
    const pause = slide.over(row.labels, row.dropName) ?? evaluation.pause();
    if (pause !== undefined) await pause;
  }
  evaluation.releaseRows(rows);
}

/** Rows of a subquery as series of samples; the columns are used again for each. */
class RowSamples {
  readonly #steps: Steps;
  readonly #timesMs: Float64Array;
  readonly #values: Float64Array;

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#timesMs = new Float64Array(steps.count);
    this.#values = new Float64Array(steps.count);
  }

  assign(row: Row, series: SampleSeries): void {
    const { startMs, stepMs, count: stepCount } = this.#steps;
    series.assignCalculated(this.#timesMs, this.#values);
    let count = 0;
    for (let i = 0; i < stepCount; i++) {
      if (row.presence[i] === FLOAT) {
        this.#timesMs[count] = startMs + i * stepMs;
        this.#values[count] = row.values[i];
        count += 1;
      } else if (row.presence[i] === HISTOGRAM) {
        series.histogramTimesMs.push(startMs + i * stepMs);
        series.histograms.push(withoutResetHint(row.histograms![i]!));
      }
    }
    series.count = count;
  }
}

/** Between samples picked at other times than they were taken, nothing is known about resets any more. */
function withoutResetHint(histogram: Histogram): Histogram {
  const { counterResetHint } = histogram;
  return counterResetHint === 'reset' || counterResetHint === 'not_reset'
    ? { ...histogram, counterResetHint: 'unknown' }
    : histogram;
}
