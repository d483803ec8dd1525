import { FaultError, permanent, sortInSlices } from '../../base/index.ts';
import { type Histogram, isStale, LabelSet } from '../../model/index.ts';
import type { Evaluator } from '../functions/function-entry.ts';
import { type Expr, type Signatures, typeName, typeOf, unwrapped } from '../syntax/index.ts';
import type { InstantSample, QueryValue, RangeSeries } from '../types.ts';
import type { Evaluation } from './evaluation.ts';
import { lookTimes, readSeries } from './look.ts';
import { RowMerger } from './merge-rows.ts';
import { positiveDurationMs } from './plan.ts';
import { subquerySteps } from './range-call.ts';
import { ABSENT, copyRow, FLOAT, type Row, withoutMetadata } from './row.ts';
import type { Steps } from './steps.ts';

/** Rows with their final labels, equal ones merged. */
async function finalRows(
  expr: Expr,
  evaluator: Evaluator,
  evaluation: Evaluation,
  steps: Steps,
): Promise<Row[]> {
  const merger = new RowMerger();
  for (const row of await evaluator.collect(expr, steps)) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    if (row.dropName) {
      row.labels = withoutMetadata(row.labels);
      row.dropName = false;
    }
    merger.add(row);
  }
  return merger.rows;
}

export async function instantValue(
  expr: Expr,
  evaluator: Evaluator,
  evaluation: Evaluation,
  signatures: Signatures,
): Promise<QueryValue> {
  const { steps } = evaluation;
  const timestampMs = steps.startMs;
  switch (typeOf(expr, signatures)) {
    case 'scalar': {
      const values = await evaluator.scalar(expr, steps);
      return { type: 'scalar', timestampMs, value: values[0] };
    }
    case 'string':
      return { type: 'string', timestampMs, value: evaluator.string(expr) };
    case 'matrix':
      return { type: 'matrix', series: await rangeVector(expr, evaluator, evaluation) };
    default: {
      const samples: InstantSample[] = [];
      for (const row of await finalRows(expr, evaluator, evaluation, steps)) {
        if (row.presence[0] === ABSENT) continue;
        const histogram = row.presence[0] === FLOAT ? undefined : row.histograms?.[0];
        const value = histogram === undefined ? row.values[0] : Number.NaN;
        samples.push({ labels: row.labels, timestampMs, value, histogram });
      }
      return { type: 'vector', samples };
    }
  }
}

export async function rangeValue(
  expr: Expr,
  evaluator: Evaluator,
  evaluation: Evaluation,
  signatures: Signatures,
): Promise<QueryValue> {
  const { steps } = evaluation;
  const type = typeOf(expr, signatures);
  if (type === 'scalar') {
    const values = await evaluator.scalar(expr, steps);
    const presence = new Uint8Array(steps.count).fill(FLOAT);
    const row = { labels: LabelSet.empty, dropName: false, values, presence, histograms: undefined };
    return { type: 'matrix', series: [toSeries(row, steps)] };
  }
  if (type !== 'vector') {
    throw new FaultError(
      permanent(
        'invalid',
        `invalid expression type "${typeName(type)}" for range query, must be Scalar or instant Vector`,
      ),
    );
  }
  const series: RangeSeries[] = [];
  for (const row of await finalRows(expr, evaluator, evaluation, steps)) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    const one = toSeries(row, steps);
    if (one.timestampsMs.length > 0) series.push(one);
  }
  return { type: 'matrix', series: await sorted(series, evaluation) };
}

function toSeries(row: Row, steps: Steps): RangeSeries {
  let count = 0;
  for (const present of row.presence) if (present !== ABSENT) count += 1;
  const timestampsMs = new Float64Array(count);
  const values = new Float64Array(count);
  let histograms: Map<number, Histogram> | undefined;
  let at = 0;
  for (let step = 0; step < steps.count; step++) {
    if (row.presence[step] === ABSENT) continue;
    timestampsMs[at] = steps.startMs + step * steps.stepMs;
    if (row.presence[step] === FLOAT) values[at] = row.values[step];
    else {
      histograms ??= new Map();
      histograms.set(at, row.histograms![step]!);
    }
    at += 1;
  }
  return { labels: row.labels, timestampsMs, values, histograms };
}

/** A range vector as the result of an instant query: the samples themselves. */
async function rangeVector(expr: Expr, evaluator: Evaluator, evaluation: Evaluation): Promise<RangeSeries[]> {
  const source = unwrapped(expr);
  const { steps } = evaluation;
  const series: RangeSeries[] = [];
  if (source.kind === 'subquery') {
    const rangeMs = positiveDurationMs(source.range, steps);
    const inner = subquerySteps({ evaluation, steps }, source, rangeMs).steps;
    if (inner.count === 0) return [];
    for (const row of await finalRows(source.expr, evaluator, evaluation, inner)) {
      series.push(toSeries(copyRow(row), inner));
    }
  } else if (source.kind === 'matrixSelector') {
    const rangeMs = positiveDurationMs(source.range, steps);
    const { startMs } = lookTimes(evaluation, source.selector, steps);
    const hints = { stepMs: 0, rangeMs };
    await readSeries(
      evaluation,
      source.selector,
      startMs - rangeMs + 1,
      startMs,
      hints,
      ({ labels }, buffer) => {
        const { count, words } = buffer;
        const kept: number[] = [];
        for (let i = 0; i < count; i++) if (!isStale(words, i)) kept.push(i);
        if (kept.length === 0) return;
        let histograms: Map<number, Histogram> | undefined;
        for (let i = 0; i < kept.length; i++) {
          const histogram = buffer.histograms?.get(kept[i]);
          if (histogram === undefined) continue;
          histograms ??= new Map();
          histograms.set(i, histogram);
        }
        evaluation.hold(kept.length);
        series.push({
          labels,
          timestampsMs: Float64Array.from(kept, (i) => buffer.timestampsMs[i]),
          values: Float64Array.from(kept, (i) => buffer.values[i]),
          histograms,
        });
      },
    );
  }
  return sorted(series, evaluation);
}

function sorted(series: readonly RangeSeries[], evaluation: Evaluation): Promise<RangeSeries[]> {
  const pause = async (): Promise<void> => evaluation.pause();
  return sortInSlices(series, (a, b) => a.labels.compare(b.labels), pause);
}
