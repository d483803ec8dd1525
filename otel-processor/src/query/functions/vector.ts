import { LabelSet, METRIC_NAME } from '../../model/index.ts';
import { RowMerger } from '../evaluate/merge-rows.ts';
import { ABSENT, copyRow, createRow, FLOAT, isEmptyRow, type Row, type RowSink } from '../evaluate/row.ts';
import type { Expr } from '../syntax/index.ts';
import type { CallContext, FunctionEntry } from './function-entry.ts';
import { compareNaturally } from './natural-order.ts';

/** The labels that a selector fixes to one value each: those of what is absent. */
export function fixedLabels(expr: Expr): LabelSet {
  const inner = expr.kind === 'stepInvariant' ? expr.expr : expr;
  const selector = inner.kind === 'matrixSelector' ? inner.selector : inner;
  if (selector.kind !== 'vectorSelector') return LabelSet.empty;
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const matcher of selector.matchers) {
    if (matcher.name === METRIC_NAME) continue;
    if (matcher.type === '=' && !seen.has(matcher.name)) {
      fixed.set(matcher.name, matcher.value);
      seen.add(matcher.name);
    } else {
      fixed.delete(matcher.name);
    }
  }
  return LabelSet.of(fixed);
}

/** Emits 1 at the steps where `covered` is zero. */
function emitAbsent(context: CallContext, covered: Uint8Array, sink: RowSink): void {
  const row = createRow(fixedLabels(context.call.args[0]), context.steps.count);
  row.values.fill(1);
  for (let i = 0; i < covered.length; i++) row.presence[i] = covered[i] === ABSENT ? FLOAT : ABSENT;
  if (!isEmptyRow(row)) sink(row);
}

async function evaluateAbsent(context: CallContext, sink: RowSink): Promise<void> {
  const covered = new Uint8Array(context.steps.count);
  await context.evaluator.produce(context.call.args[0], context.steps, ({ presence }) => {
    for (let i = 0; i < covered.length; i++) covered[i] |= presence[i];
  });
  emitAbsent(context, covered, sink);
}

async function evaluateAbsentOverTime(context: CallContext, sink: RowSink): Promise<void> {
  const covered = new Uint8Array(context.steps.count);
  // Names stay, so that series that differ by nothing else are not in each other's way.
  const present = { ...context.call, name: 'last_over_time' };
  await context.evaluator.produce(present, context.steps, ({ presence }) => {
    for (let i = 0; i < covered.length; i++) covered[i] |= presence[i];
  });
  emitAbsent(context, covered, sink);
}

async function evaluateScalar({ call, evaluator, steps }: CallContext): Promise<Float64Array> {
  const values = new Float64Array(steps.count).fill(Number.NaN);
  const counts = new Uint32Array(steps.count);
  await evaluator.produce(call.args[0], steps, (row) => {
    for (let i = 0; i < steps.count; i++) {
      if (row.presence[i] !== FLOAT) continue;
      counts[i] += 1;
      values[i] = counts[i] === 1 ? row.values[i] : Number.NaN;
    }
  });
  return values;
}

type Order = (a: Row, b: Row, context: CallContext) => number;

/** Sorting means something for instant queries only: range results are ordered by labels. */
function sorting(name: string, doc: string, compare: Order, byLabel: boolean): FunctionEntry {
  return {
    name,
    args: byLabel ? ['vector', 'string'] : ['vector'],
    variadic: byLabel ? -1 : 0,
    returns: 'vector',
    ...(byLabel ? { experimental: true } : {}),
    doc,
    implementation: {
      kind: 'vector',
      async evaluate(context, sink) {
        const { call, evaluation, evaluator, steps } = context;
        if (evaluation.isRange) {
          evaluation.warn(
            'sort is ineffective for range queries since results are always ordered by labels',
            call.span,
          );
        }
        const rows = await evaluator.collect(call.args[0], steps);
        const sorted = byLabel || steps.count > 1 ? rows : rows.filter((row) => row.presence[0] === FLOAT);
        if (steps.count === 1) sorted.sort((a, b) => compare(a, b, context));
        for (const row of sorted) sink(row);
        evaluation.releaseRows(rows);
      },
    },
  };
}

function byValue(sign: number): Order {
  return (a, b) => {
    const x = a.values[0];
    const y = b.values[0];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return (x - y || 0) * sign;
  };
}

function byLabels(sign: number): Order {
  return (a, b, { call, evaluator }) => {
    for (const arg of call.args.slice(1)) {
      const label = evaluator.string(arg);
      const order = compareNaturally(a.labels.get(label) ?? '', b.labels.get(label) ?? '');
      if (order !== 0) return order * sign;
    }
    return a.labels.compare(b.labels) * sign;
  };
}

/** Calls `sink` with rows under new labels; those that come to have equal ones are merged. */
export async function relabel(
  context: CallContext,
  change: (row: Row) => void,
  sink: RowSink,
): Promise<void> {
  const merger = new RowMerger();
  const rows = await context.evaluator.collect(context.call.args[0], context.steps);
  for (const row of rows) {
    const pause = context.evaluation.pause();
    if (pause !== undefined) await pause;
    const changed = copyRow(row);
    change(changed);
    merger.add(changed);
  }
  for (const row of merger.rows) sink(row);
  context.evaluation.releaseRows(rows);
}

/** Functions of whole vectors. */
export const vectorFunctions: readonly FunctionEntry[] = [
  {
    name: 'vector',
    args: ['scalar'],
    variadic: 0,
    returns: 'vector',
    doc: 'The scalar as a vector of one element without labels.',
    implementation: {
      kind: 'vector',
      async evaluate({ call, evaluator, steps }, sink) {
        const row = createRow(LabelSet.empty, steps.count);
        row.values = (await evaluator.scalar(call.args[0], steps)).slice();
        row.presence.fill(FLOAT);
        sink(row);
      },
    },
  },
  {
    name: 'scalar',
    args: ['vector'],
    variadic: 0,
    returns: 'scalar',
    doc: 'The value of the only float in the vector, else NaN.',
    implementation: { kind: 'scalar', evaluate: evaluateScalar },
  },
  {
    name: 'absent',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    doc: '1, with the labels that the selector fixes, where the vector is empty.',
    implementation: { kind: 'vector', evaluate: evaluateAbsent },
  },
  {
    name: 'absent_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    doc: '1, with the labels that the selector fixes, where no series has a sample in the range.',
    implementation: { kind: 'vector', evaluate: evaluateAbsentOverTime },
  },
  sorting('sort', 'Sorted by value, ascending.', byValue(1), false),
  sorting('sort_desc', 'Sorted by value, descending.', byValue(-1), false),
  sorting('sort_by_label', 'Sorted by labels, numbers in them by value.', byLabels(1), true),
  sorting('sort_by_label_desc', 'Sorted by labels, descending.', byLabels(-1), true),
];
