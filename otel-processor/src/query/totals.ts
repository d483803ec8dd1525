import { type Fault, isFault, permanent } from '../base/index.ts';
import { type Matcher, METRIC_NAME } from '../model/index.ts';
import { functions } from './functions/index.ts';
import { type Expr, parseExpression, printExpr, unwrapped, type VectorSelector } from './syntax/index.ts';
import { shortestRangeMs } from './widen-ranges.ts';

/** An expression as a total of series, or as a ratio of two: what can be accounted for series by series. */
export interface Totals {
  /** An expression whose series add up to the total, or to the upper part of the ratio. */
  readonly values: string;
  /** The same for the lower part; undefined when it is one total. */
  readonly weights: string | undefined;
  /** What the total or ratio is multiplied by. */
  readonly factor: number;
  /**
   * Labels that restrict one side of a ratio and not the other, as `code` in errors by requests: they tell the sides
   * apart, and not where something happened.
   */
  readonly sideLabels: readonly string[];
  readonly metricNames: readonly string[];
  /** What the values are taken from: selectors, without ranges and offsets. */
  readonly selectors: readonly string[];
  /** The shortest range of all; undefined where there is none. */
  readonly rangeMs: number | undefined;
}

/** Functions of a range of one series whose results may be added up over series. */
const additive = new Set([
  'rate',
  'irate',
  'increase',
  'delta',
  'idelta',
  'deriv',
  'avg_over_time',
  'sum_over_time',
  'count_over_time',
  'last_over_time',
  'histogram_sum',
  'histogram_count',
]);

/**
 * Takes away what adds series up: `sum(rate(x[5m]))` is a total, `sum(a) / sum(b)` and `avg(x)` are ratios of totals, and
 * either may be multiplied or divided by a number. A fault for anything else, since its series do not add up.
 */
export function splitTotals(expression: string): Totals | Fault {
  const parsed = parseExpression(expression, functions);
  if (isFault(parsed)) return parsed;
  const { inner, factor } = withoutFactor(parsed);
  const ratio = ratioOf(inner);
  if (ratio !== undefined) {
    const [values, weights] = ratio.map(partOf);
    if (values !== undefined && weights !== undefined) {
      return {
        values: values.text,
        weights: weights.text,
        factor: (factor * values.factor) / weights.factor,
        sideLabels: differing(values.expr, weights.expr),
        metricNames: metricNamesOf([values.expr, weights.expr]),
        selectors: selectorTexts(values.expr),
        rangeMs: shortestRangeMs(parsed),
      };
    }
  }
  const total = partOf(inner);
  if (total !== undefined) {
    return {
      values: total.text,
      weights: undefined,
      factor: factor * total.factor,
      sideLabels: [],
      metricNames: metricNamesOf([total.expr]),
      selectors: selectorTexts(total.expr),
      rangeMs: shortestRangeMs(parsed),
    };
  }
  return permanent(
    'invalid',
    'this expression is not a total of series: expected for example sum(rate(x[5m])), sum(a) / sum(b), avg(x) or rate(x[5m])',
  );
}

interface Part {
  readonly expr: Expr;
  readonly text: string;
  readonly factor: number;
}

function partOf(side: Expr): Part | undefined {
  const { inner, factor } = withoutFactor(side);
  if (inner.kind === 'aggregate' && inner.operator === 'sum')
    return { expr: inner.expr, text: printExpr(inner.expr), factor };
  if (inner.kind === 'aggregate' && inner.operator === 'count')
    return { expr: inner.expr, text: onesOf(inner.expr), factor };
  const series = inner.kind === 'vectorSelector' || (inner.kind === 'call' && additive.has(inner.name));
  return series ? { expr: inner, text: printExpr(inner), factor } : undefined;
}

/** Both sides of a ratio; a mean is the sum by the number of series. */
function ratioOf(expr: Expr): readonly [Expr, Expr] | undefined {
  if (expr.kind === 'binary' && expr.operator === '/') return [expr.left, expr.right];
  if (expr.kind !== 'aggregate' || expr.operator !== 'avg') return undefined;
  return [
    { ...expr, operator: 'sum' },
    { ...expr, operator: 'count' },
  ];
}

/** 1 for every series that has a value. */
function onesOf(expr: Expr): string {
  return `(${printExpr(expr)}) * 0 + 1`;
}

function withoutFactor(expr: Expr): { readonly inner: Expr; readonly factor: number } {
  const inner = unwrapped(expr);
  if (inner.kind === 'unary') {
    const rest = withoutFactor(inner.expr);
    return { inner: rest.inner, factor: inner.operator === '-' ? -rest.factor : rest.factor };
  }
  if (inner.kind !== 'binary' || (inner.operator !== '*' && inner.operator !== '/'))
    return { inner, factor: 1 };
  const right = numberOf(inner.right);
  if (right !== undefined) {
    const rest = withoutFactor(inner.left);
    return { inner: rest.inner, factor: inner.operator === '*' ? rest.factor * right : rest.factor / right };
  }
  const left = numberOf(inner.left);
  if (left === undefined || inner.operator === '/') return { inner, factor: 1 };
  const rest = withoutFactor(inner.right);
  return { inner: rest.inner, factor: rest.factor * left };
}

function numberOf(expr: Expr): number | undefined {
  const inner = unwrapped(expr);
  if (inner.kind === 'number') return inner.value;
  if (inner.kind !== 'unary') return undefined;
  const value = numberOf(inner.expr);
  return value === undefined || inner.operator === '+' ? value : -value;
}

function differing(a: Expr, b: Expr): string[] {
  const ofA = new Map(matchersOf(a).map((matcher) => [textOf(matcher), matcher]));
  const ofB = new Map(matchersOf(b).map((matcher) => [textOf(matcher), matcher]));
  const only = [
    ...[...ofA].filter(([text]) => !ofB.has(text)),
    ...[...ofB].filter(([text]) => !ofA.has(text)),
  ];
  const names = only.map(([, matcher]) => matcher.name).filter((name) => name !== METRIC_NAME);
  return [...new Set(names)].sort();
}

function textOf({ name, type, value }: Matcher): string {
  return `${name}${type}${JSON.stringify(value)}`;
}

function metricNamesOf(exprs: readonly Expr[]): string[] {
  const names = exprs
    .flatMap(matchersOf)
    .filter(({ name, type }) => name === METRIC_NAME && type === '=')
    .map(({ value }) => value);
  return [...new Set(names)].sort();
}

function matchersOf(expr: Expr): readonly Matcher[] {
  return selectorsOf(expr).flatMap(({ matchers }) => matchers);
}

function selectorTexts(expr: Expr): string[] {
  const plain = { offset: undefined, at: undefined, edges: undefined };
  return [...new Set(selectorsOf(expr).map((selector) => printExpr({ ...selector, ...plain })))];
}

/** All selectors in the expression. */
function selectorsOf(expr: Expr): readonly VectorSelector[] {
  switch (expr.kind) {
    case 'vectorSelector':
      return [expr];
    case 'matrixSelector':
      return [expr.selector];
    case 'binary':
      return [...selectorsOf(expr.left), ...selectorsOf(expr.right)];
    case 'call':
      return expr.args.flatMap(selectorsOf);
    case 'number':
    case 'string':
      return [];
    default:
      return selectorsOf(expr.expr);
  }
}
