import { unreachable } from '../../base/index.ts';
import { type Histogram, LabelSet } from '../../model/index.ts';
import type { CallContext, Implementation, RangeCall, SeriesFunction } from '../functions/function-entry.ts';
import { type Expr, type Subquery, unwrapped, type VectorSelector } from '../syntax/index.ts';
import { exceed, fail } from './evaluation.ts';
import { type LookTimes, lookTimes, readSeries } from './look.ts';
import { positiveDurationMs } from './plan.ts';
import { RangeWindow } from './range-window.ts';
import { ABSENT, createRow, FLOAT, HISTOGRAM, putHistogram, type Row, type RowSink } from './row.ts';
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
  const slide: Slide = {
    window: new RangeWindow(),
    row: createRow(LabelSet.empty, steps.count),
    steps,
    beforeMs: edges === undefined ? 0 : lookbackMs,
    afterMs: edges === 'smoothed' ? lookbackMs : 0,
    dropName: implementation.keepsName !== true,
    sink,
  };
  const rangeCall = (rangeMs: number): RangeCall => ({
    evaluation,
    call,
    steps,
    scalars,
    rangeMs,
    edges,
    metricName: () => slide.row.labels.metricName ?? '',
  });
  if (source.kind === 'matrixSelector') {
    const rangeMs = positiveDurationMs(source.range, evaluation.steps);
    const run = implementation.create(rangeCall(rangeMs));
    await overSelector(context, source.selector, rangeMs, slide, run);
  } else if (source.kind === 'subquery') {
    const rangeMs = positiveDurationMs(source.range, evaluation.steps);
    const run = implementation.create(rangeCall(rangeMs));
    await overSubquery(context, source, rangeMs, slide, run);
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

interface Slide {
  readonly window: RangeWindow;
  readonly row: Row;
  readonly steps: Steps;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly dropName: boolean;
  readonly sink: RowSink;
}

async function overSelector(
  context: CallContext,
  selector: VectorSelector,
  rangeMs: number,
  slide: Slide,
  run: SeriesFunction,
): Promise<void> {
  const { evaluation, steps } = context;
  const look = lookTimes(evaluation, selector, steps);
  const lastMs = look.startMs + (steps.count - 1) * look.stepMs;
  const fromMs = look.startMs - rangeMs - slide.beforeMs + 1;
  const hints = { stepMs: steps.stepMs, rangeMs };
  await readSeries(evaluation, selector, fromMs, lastMs + slide.afterMs, hints, (series, buffer) => {
    slide.window.series.assign(buffer);
    slideOver(slide, series.labels, false, look, rangeMs, run);
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

async function overSubquery(
  context: CallContext,
  subquery: Subquery,
  rangeMs: number,
  slide: Slide,
  run: SeriesFunction,
): Promise<void> {
  const { look, steps } = subquerySteps(context, subquery, rangeMs);
  if (steps.count === 0) return;
  const timesMs = new Float64Array(steps.count);
  const values = new Float64Array(steps.count);
  const { series } = slide.window;
  await context.evaluator.produce(subquery.expr, steps, (row) => {
    series.assignCalculated(timesMs, values);
    let count = 0;
    for (let i = 0; i < steps.count; i++) {
      if (row.presence[i] === FLOAT) {
        timesMs[count] = steps.startMs + i * steps.stepMs;
        values[count] = row.values[i];
        count += 1;
      } else if (row.presence[i] === HISTOGRAM) {
        series.histogramTimesMs.push(steps.startMs + i * steps.stepMs);
        series.histograms.push(withoutResetHint(row.histograms![i]!));
      }
    }
    series.count = count;
    slideOver(slide, row.labels, row.dropName, look, rangeMs, run);
  });
}

/** Between samples picked at other times than they were taken, nothing is known about resets any more. */
function withoutResetHint(histogram: Histogram): Histogram {
  const { counterResetHint } = histogram;
  return counterResetHint === 'reset' || counterResetHint === 'not_reset'
    ? { ...histogram, counterResetHint: 'unknown' }
    : histogram;
}

function slideOver(
  slide: Slide,
  labels: LabelSet,
  dropName: boolean,
  look: LookTimes,
  rangeMs: number,
  run: SeriesFunction,
): void {
  const { window, row, steps, beforeMs, afterMs } = slide;
  row.labels = labels;
  row.dropName = dropName || slide.dropName;
  row.histograms = undefined;
  const { values, presence } = row;
  window.restart();
  run.begin?.(window);
  let any = false;
  for (let step = 0; step < steps.count; step++) {
    const endMs = look.startMs + step * look.stepMs;
    window.moveTo(endMs - rangeMs, endMs, beforeMs, afterMs);
    window.evaluationMs = steps.startMs + step * steps.stepMs;
    if (window.to === window.from && window.histogramTo === window.histogramFrom) {
      presence[step] = ABSENT;
      continue;
    }
    const kind = run.at(window, step);
    switch (kind) {
      case FLOAT:
        values[step] = window.value;
        presence[step] = FLOAT;
        any = true;
        break;
      case HISTOGRAM:
        putHistogram(row, step, window.histogram!);
        any = true;
        break;
      case ABSENT:
        presence[step] = ABSENT;
        break;
      default:
        unreachable(kind);
    }
  }
  if (any) slide.sink(row);
}
