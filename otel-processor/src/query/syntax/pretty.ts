import type { Expr } from './ast.ts';
import { printAggregateHead, printExpr, printOperator, printSubqueryTail } from './print.ts';

/** Longest line that is not broken up. */
const LINE_LENGTH_MAX = 100;

/** The expression over several lines where one would be too long (Prometheus, `promtool promql format`). */
export function prettyExpr(expr: Expr): string {
  return pretty(expr, 0);
}

function pretty(expr: Expr, level: number): string {
  const indent = '  '.repeat(level);
  const line = indent + printExpr(expr);
  if (line.length <= LINE_LENGTH_MAX) return line;
  switch (expr.kind) {
    case 'paren':
      return `${indent}(\n${pretty(expr.expr, level + 1)}\n${indent})`;
    case 'stepInvariant':
      return pretty(expr.expr, level);
    case 'unary':
      return `${indent}${expr.operator}${pretty(expr.expr, level).trimStart()}`;
    case 'subquery':
      return `${pretty(expr.expr, level)}${printSubqueryTail(expr)}`;
    case 'binary':
      return (
        `${pretty(expr.left, level + 1)}\n` +
        `${indent}${printOperator(expr)}\n` +
        `${pretty(expr.right, level + 1)}`
      );
    case 'aggregate': {
      const args = expr.parameter === undefined ? [expr.expr] : [expr.parameter, expr.expr];
      return `${indent}${printAggregateHead(expr)}(\n${joined(args, level + 1)}\n${indent})`;
    }
    case 'call':
      return `${indent}${expr.name}(\n${joined(expr.args, level + 1)}\n${indent})`;
    default:
      return line;
  }
}

function joined(args: readonly Expr[], level: number): string {
  return args.map((arg) => pretty(arg, level)).join(',\n');
}
