import { isFault } from '../base/index.ts';
import { functions } from './functions/index.ts';
import {
  durationSeconds,
  type Expr,
  type MatrixSelector,
  parseExpression,
  printExpr,
} from './syntax/index.ts';

/** Functions whose results grow with the range: over a wider one they are scaled back to what was asked for. */
const growing = new Set(['increase', 'delta', 'sum_over_time', 'count_over_time']);

/** The shortest range of a selector; undefined where there is none, or it depends on the query's step. */
export function shortestRangeMs(expr: Expr): number | undefined {
  const ranges = matrixSelectorsOf(expr).map(rangeSecondsOf);
  const shortest = Math.min(...ranges.filter((seconds) => seconds > 0));
  return Number.isFinite(shortest) ? shortest * 1000 : undefined;
}

/**
 * The expression with ranges of at least `rangeMs`, in the same unit: `increase(x[30s])` over a minute is
 * `increase(x[1m]) * 0.5`. As it is where it does not parse.
 */
export function widenRanges(expression: string, rangeMs: number): string {
  const parsed = parseExpression(expression, functions);
  return isFault(parsed) ? expression : printExpr(widened(parsed, rangeMs / 1000));
}

function rangeSecondsOf({ range }: MatrixSelector): number {
  return durationSeconds(range, { stepSeconds: Number.NaN, rangeSeconds: Number.NaN });
}

function matrixSelectorsOf(expr: Expr): readonly MatrixSelector[] {
  switch (expr.kind) {
    case 'matrixSelector':
      return [expr];
    case 'binary':
      return [...matrixSelectorsOf(expr.left), ...matrixSelectorsOf(expr.right)];
    case 'call':
      return expr.args.flatMap(matrixSelectorsOf);
    case 'number':
    case 'string':
    case 'vectorSelector':
      return [];
    default:
      return matrixSelectorsOf(expr.expr);
  }
}

function widened(expr: Expr, seconds: number): Expr {
  switch (expr.kind) {
    case 'matrixSelector': {
      const { range } = expr;
      const isWide = !(rangeSecondsOf(expr) < seconds);
      return isWide ? expr : { ...expr, range: { kind: 'duration', seconds, unit: true, span: range.span } };
    }
    case 'binary':
      return { ...expr, left: widened(expr.left, seconds), right: widened(expr.right, seconds) };
    case 'call': {
      const call: Expr = { ...expr, args: expr.args.map((each) => widened(each, seconds)) };
      const [before] = matrixSelectorsOf(expr).map(rangeSecondsOf);
      return growing.has(expr.name) && before < seconds ? scaled(call, before / seconds) : call;
    }
    case 'number':
    case 'string':
    case 'vectorSelector':
      return expr;
    default:
      return { ...expr, expr: widened(expr.expr, seconds) };
  }
}

function scaled(expr: Expr, factor: number): Expr {
  const { span } = expr;
  const right: Expr = { kind: 'number', value: factor, duration: false, span };
  const product: Expr = {
    kind: 'binary',
    operator: '*',
    left: expr,
    right,
    returnBool: false,
    matching: undefined,
    span,
  };
  return { kind: 'paren', expr: product, span };
}
