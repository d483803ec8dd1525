import type { Expr } from '../syntax/index.ts';

const totalsFunctions: ReadonlySet<string> = new Set(['histogram_count', 'histogram_sum', 'histogram_avg']);
const bucketFunctions: ReadonlySet<string> = new Set([
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_fraction',
  'histogram_stddev',
  'histogram_stdvar',
]);

/**
 * Marks the selectors whose histograms end in a function of their totals, so that their buckets need not be
 * carried along. Not inside subqueries: resets between their steps are found by the buckets.
 */
export function markTotalsOnly(expr: Expr, totals = false): Expr {
  switch (expr.kind) {
    case 'vectorSelector':
      return totals ? { ...expr, totalsOnly: true } : expr;
    case 'matrixSelector':
      return totals ? { ...expr, selector: { ...expr.selector, totalsOnly: true } } : expr;
    case 'paren':
    case 'unary':
    case 'stepInvariant':
      return { ...expr, expr: markTotalsOnly(expr.expr, totals) };
    case 'subquery':
      return { ...expr, expr: markTotalsOnly(expr.expr) };
    case 'aggregate':
      // Values are told apart, and compared, by their buckets too.
      return { ...expr, expr: markTotalsOnly(expr.expr, totals && expr.operator !== 'count_values') };
    case 'binary': {
      const inner = totals && ['+', '-', '*', '/'].includes(expr.operator);
      return { ...expr, left: markTotalsOnly(expr.left, inner), right: markTotalsOnly(expr.right, inner) };
    }
    case 'call': {
      const inner = totalsFunctions.has(expr.name) || (totals && !bucketFunctions.has(expr.name));
      return { ...expr, args: expr.args.map((arg) => markTotalsOnly(arg, inner)) };
    }
    default:
      return expr;
  }
}
