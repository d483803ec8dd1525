import { ignoredHistogram } from './accumulator.ts';
import { fail } from './evaluation.ts';
import { type AggregateContext, Grouper } from './grouping.ts';
import { ABSENT, FLOAT, HISTOGRAM, isEmptyRow, type Row, type RowSink } from './row.ts';

/** How many elements of a group to keep at a step; 0 for none. */
export function limitAt(parameter: Float64Array, step: number): number {
  const value = parameter[step];
  if (Number.isNaN(value)) fail('Parameter value is NaN');
  if (value >= 2 ** 63) fail(`Scalar value ${value} overflows int64`);
  if (value <= -(2 ** 63)) fail(`Scalar value ${value} underflows int64`);
  return Math.max(0, Math.trunc(value));
}

/** `topk` and `bottomk`: at each step the k largest or smallest of each group, with their own labels. */
export async function produceRanked(context: AggregateContext, sink: RowSink): Promise<void> {
  const { aggregate, evaluation, evaluator, steps } = context;
  const parameter = await evaluator.scalar(aggregate.parameter!, steps);
  const limits = Array.from({ length: steps.count }, (_, step) => limitAt(parameter, step));
  const rows = await evaluator.collect(aggregate.expr, steps);
  const grouper = new Grouper(context);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = grouper.key(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
    if (row.histograms === undefined) continue;
    for (let step = 0; step < steps.count; step++) {
      if (row.presence[step] !== HISTOGRAM) continue;
      ignoredHistogram({ evaluation, span: aggregate.expr.span }, aggregate.operator);
      row.presence[step] = ABSENT;
    }
  }
  const sign = aggregate.operator === 'topk' ? 1 : -1;
  for (const group of groups.values()) {
    for (let step = 0; step < steps.count; step++) {
      const pause = evaluation.pause();
      if (pause !== undefined) await pause;
      keepBest(group, step, limits[step], sign);
    }
  }
  if (steps.count === 1) {
    for (const group of groups.values()) emitInOrder(group, sign, sink);
  } else {
    for (const row of rows) if (!isEmptyRow(row)) sink(row);
  }
  evaluation.releaseRows(rows);
}

/** Leaves at `step` only the best `limit` rows present. Selection with a heap whose root ranks last. */
function keepBest(rows: readonly Row[], step: number, limit: number, sign: number): void {
  const heap: Row[] = [];
  const worse = (a: Row, b: Row): boolean => {
    const x = a.values[step];
    const y = b.values[step];
    // NaN ranks last.
    if (Number.isNaN(x)) return !Number.isNaN(y);
    return sign > 0 ? x < y : x > y;
  };
  for (const row of rows) {
    if (row.presence[step] !== FLOAT) continue;
    if (heap.length < limit) {
      heap.push(row);
      siftUp(heap, worse);
    } else if (limit > 0 && worse(heap[0], row)) {
      heap[0].presence[step] = ABSENT;
      heap[0] = row;
      siftDown(heap, worse);
    } else {
      row.presence[step] = ABSENT;
    }
  }
}

function siftUp(heap: Row[], worse: (a: Row, b: Row) => boolean): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!worse(heap[at], heap[parent])) return;
    [heap[at], heap[parent]] = [heap[parent], heap[at]];
    at = parent;
  }
}

function siftDown(heap: Row[], worse: (a: Row, b: Row) => boolean): void {
  let at = 0;
  for (;;) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && worse(heap[child], heap[least])) least = child;
    }
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least], heap[at]];
    at = least;
  }
}

/** An instant query's result comes ranked. */
function emitInOrder(group: readonly Row[], sign: number, sink: RowSink): void {
  const kept = group.filter((row) => row.presence[0] !== ABSENT);
  kept.sort((a, b) => {
    const x = a.values[0];
    const y = b.values[0];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return x === y ? 0 : x > y ? -sign : sign;
  });
  for (const row of kept) sink(row);
}
