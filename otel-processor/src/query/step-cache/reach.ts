import { type DurationExpression, durationSeconds, type Expr } from '../syntax/index.ts';

/** Functions whose value depends on which steps were asked for, not only on the step at hand. */
const rangeBound: ReadonlySet<string> = new Set(['start', 'end', 'range']);

/**
 * How far after a step the expression looks at data, in milliseconds, which is 0 without negative offsets.
 * Undefined when a step's value depends on more than the data around it: `@`, or the query's own range.
 */
export function reachAheadMs(expr: Expr, stepMs: number, lookbackMs: number): number | undefined {
  const reach = (inner: Expr): number | undefined => reachAheadMs(inner, stepMs, lookbackMs);
  switch (expr.kind) {
    case 'number':
    case 'string':
      return 0;
    case 'vectorSelector': {
      const ahead = shiftAheadMs(expr, stepMs);
      return ahead === undefined ? undefined : ahead + (expr.edges === 'smoothed' ? lookbackMs : 0);
    }
    case 'matrixSelector':
      return usesRange(expr.range) ? undefined : reach(expr.selector);
    case 'subquery': {
      if (usesRange(expr.range) || (expr.step !== undefined && usesRange(expr.step))) return undefined;
      return sumOf(shiftAheadMs(expr, stepMs), reach(expr.expr));
    }
    case 'paren':
    case 'unary':
    case 'stepInvariant':
      return reach(expr.expr);
    case 'binary':
      return largest([expr.left, expr.right].map(reach));
    case 'aggregate':
      return largest([expr.expr, ...(expr.parameter === undefined ? [] : [expr.parameter])].map(reach));
    case 'call':
      return rangeBound.has(expr.name) ? undefined : largest(expr.args.map(reach));
  }
}

function shiftAheadMs(
  shift: { readonly at: unknown; readonly offset: DurationExpression | undefined },
  stepMs: number,
): number | undefined {
  if (shift.at !== undefined) return undefined;
  if (shift.offset === undefined) return 0;
  if (usesRange(shift.offset)) return undefined;
  const seconds = durationSeconds(shift.offset, { stepSeconds: stepMs / 1000, rangeSeconds: Number.NaN });
  return Math.max(0, Math.ceil(-seconds * 1000));
}

function usesRange(expression: DurationExpression): boolean {
  switch (expression.kind) {
    case 'range':
      return true;
    case 'duration':
    case 'step':
      return false;
    case 'paren':
      return usesRange(expression.inner);
    case 'unary':
      return usesRange(expression.operand);
    default:
      return usesRange(expression.left) || usesRange(expression.right);
  }
}

function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function largest(reaches: ReadonlyArray<number | undefined>): number | undefined {
  let result = 0;
  for (const reach of reaches) {
    if (reach === undefined) return undefined;
    result = Math.max(result, reach);
  }
  return result;
}
