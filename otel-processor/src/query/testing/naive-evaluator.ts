import type { LabelSet } from '../../model/index.ts';

/**
 * PromQL as its documentation describes it, one step and one series at a time, from the samples as they were
 * generated: slow, short, and sharing no code with the engine. Covers what the laws ask for.
 */
export interface NaiveSeries {
  readonly labels: LabelSet;
  readonly samples: ReadonlyArray<readonly [timeMs: number, value: number | 'stale']>;
}

export type NaiveExpr =
  | { readonly kind: 'selector'; readonly name: string; readonly offsetMs: number }
  | {
      readonly kind: 'rate' | 'increase' | 'sum_over_time' | 'max_over_time' | 'count_over_time';
      readonly name: string;
      readonly rangeMs: number;
      readonly offsetMs: number;
    }
  | { readonly kind: 'sum' | 'max' | 'count'; readonly by: readonly string[]; readonly expr: NaiveExpr }
  | {
      readonly kind: 'scalar';
      readonly operator: '+' | '*' | '>' | '/';
      readonly expr: NaiveExpr;
      readonly value: number;
    }
  | {
      readonly kind: 'vector';
      readonly operator: '+' | '/' | 'and' | 'or' | 'unless';
      readonly on: readonly string[];
      readonly left: NaiveExpr;
      readonly right: NaiveExpr;
    };

interface Element {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LOOKBACK_MS = 300_000;

/** The expression's text. */
export function naiveText(expr: NaiveExpr): string {
  const offset = (ms: number): string => (ms === 0 ? '' : ` offset ${ms}ms`);
  switch (expr.kind) {
    case 'selector':
      return expr.name + offset(expr.offsetMs);
    case 'sum':
    case 'max':
    case 'count':
      return `${expr.kind} by (${expr.by.join(', ')}) (${naiveText(expr.expr)})`;
    case 'scalar':
      return `(${naiveText(expr.expr)}) ${expr.operator} ${expr.value}`;
    case 'vector':
      return `(${naiveText(expr.left)}) ${expr.operator} on (${expr.on.join(', ')}) (${naiveText(expr.right)})`;
    default:
      return `${expr.kind}(${expr.name}[${expr.rangeMs}ms]${offset(expr.offsetMs)})`;
  }
}

/** The instant vector at `timeMs`; undefined where PromQL refuses the matching. */
export function naiveEvaluate(
  expr: NaiveExpr,
  data: readonly NaiveSeries[],
  timeMs: number,
): Element[] | undefined {
  switch (expr.kind) {
    case 'selector':
      return data.flatMap(({ labels, samples }) => {
        if (labels.metricName !== expr.name) return [];
        const last = samples.filter(([at]) => at <= timeMs - expr.offsetMs).at(-1);
        if (last === undefined || last[1] === 'stale' || last[0] <= timeMs - expr.offsetMs - LOOKBACK_MS)
          return [];
        return [{ labels: labels.toRecord(), value: last[1] }];
      });
    case 'sum':
    case 'max':
    case 'count':
      return aggregate(expr, naiveEvaluate(expr.expr, data, timeMs));
    case 'scalar':
      return naiveEvaluate(expr.expr, data, timeMs)?.flatMap(({ labels, value }) => {
        if (expr.operator === '>') return value > expr.value ? [{ labels, value }] : [];
        return [{ labels: nameless(labels), value: calculate(expr.operator, value, expr.value) }];
      });
    case 'vector':
      return match(expr, naiveEvaluate(expr.left, data, timeMs), naiveEvaluate(expr.right, data, timeMs));
    default:
      return data.flatMap(({ labels, samples }) => {
        if (labels.metricName !== expr.name) return [];
        const toMs = timeMs - expr.offsetMs;
        const window = samples.filter(
          (sample): sample is readonly [number, number] =>
            sample[1] !== 'stale' && sample[0] > toMs - expr.rangeMs && sample[0] <= toMs,
        );
        const value = overRange(expr.kind, window, toMs - expr.rangeMs, toMs);
        return value === undefined ? [] : [{ labels: nameless(labels.toRecord()), value }];
      });
  }
}

function nameless(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== '__name__'));
}

function calculate(operator: '+' | '*' | '/', a: number, b: number): number {
  return operator === '+' ? a + b : operator === '*' ? a * b : a / b;
}

function overRange(
  kind: string,
  window: ReadonlyArray<readonly [number, number]>,
  startMs: number,
  endMs: number,
): number | undefined {
  if (window.length === 0) return undefined;
  const values = window.map(([, value]) => value);
  if (kind === 'count_over_time') return values.length;
  if (kind === 'sum_over_time') return values.reduce((a, b) => a + b, 0);
  if (kind === 'max_over_time') return Math.max(...values);
  if (window.length < 2) return undefined;
  let increase = 0;
  for (let i = 1; i < values.length; i++)
    increase += values[i] < values[i - 1] ? values[i] : values[i] - values[i - 1];
  const firstMs = window[0][0];
  const lastMs = window[window.length - 1][0];
  const sampledMs = lastMs - firstMs;
  const averageMs = sampledMs / (window.length - 1);
  let beforeMs = firstMs - startMs;
  let afterMs = endMs - lastMs;
  if (beforeMs >= averageMs * 1.1) beforeMs = averageMs / 2;
  if (increase > 0 && values[0] >= 0) beforeMs = Math.min(beforeMs, sampledMs * (values[0] / increase));
  if (afterMs >= averageMs * 1.1) afterMs = averageMs / 2;
  const extrapolated = (increase * (sampledMs + beforeMs + afterMs)) / sampledMs;
  return kind === 'rate' ? extrapolated / ((endMs - startMs) / 1000) : extrapolated;
}

function keyOf(labels: Readonly<Record<string, string>>, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name] ?? ''));
}

function picked(labels: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.filter((name) => labels[name] !== undefined).map((name) => [name, labels[name]]),
  );
}

function aggregate(
  expr: Extract<NaiveExpr, { by: unknown }>,
  elements: Element[] | undefined,
): Element[] | undefined {
  if (elements === undefined) return undefined;
  const groups = Map.groupBy(elements, ({ labels }) => keyOf(labels, expr.by));
  return [...groups.values()].map((group) => {
    const values = group.map(({ value }) => value);
    const value =
      expr.kind === 'count'
        ? values.length
        : expr.kind === 'max'
          ? Math.max(...values)
          : values.reduce((a, b) => a + b, 0);
    return { labels: picked(group[0].labels, expr.by), value };
  });
}

function match(
  expr: Extract<NaiveExpr, { kind: 'vector' }>,
  left: Element[] | undefined,
  right: Element[] | undefined,
): Element[] | undefined {
  if (left === undefined || right === undefined) return undefined;
  const matches = (a: Element, b: Element): boolean => keyOf(a.labels, expr.on) === keyOf(b.labels, expr.on);
  const { operator } = expr;
  if (operator === 'and') return left.filter((a) => right.some((b) => matches(a, b)));
  if (operator === 'unless') return left.filter((a) => !right.some((b) => matches(a, b)));
  if (operator === 'or') return [...left, ...right.filter((b) => !left.some((a) => matches(a, b)))];
  if (right.some((a, i) => right.some((b, j) => i < j && matches(a, b)))) return undefined;
  const pairs = left.flatMap((a) => right.filter((b) => matches(a, b)).map((b) => [a, b] as const));
  if (pairs.some(([a], i) => pairs.some(([b], j) => i < j && matches(a, b)))) return undefined;
  return pairs.map(([a, b]) => ({
    labels: picked(a.labels, expr.on),
    value: calculate(operator, a.value, b.value),
  }));
}
