import { isFault } from '../../otel-processor/src/base/index.ts';
import { functions } from '../../otel-processor/src/query/functions/index.ts';
import {
  type Expr,
  parseExpression,
  printExpr,
  unwrapped,
} from '../../otel-processor/src/query/syntax/index.ts';

export interface Variant {
  readonly expression: string;
  readonly timeMs: number;
}

/**
 * The expression with every selector pinned to `timeMs`, to be evaluated at other times with the same result.
 * None when the expression looks at the evaluation time itself.
 */
export function atVariants(expression: string, timeMs: number): Variant[] {
  const parsed = parseExpression(expression, functions);
  if (isFault(parsed) || readsTime(parsed)) return [];
  const pinned = printExpr(pin(parsed, timeMs));
  return [0, timeMs, timeMs + 5 * 60_000 + 1].map((atMs) => ({ expression: pinned, timeMs: atMs }));
}

function readsTime(expr: Expr): boolean {
  switch (expr.kind) {
    case 'call': {
      const timed = functions.get(expr.name)?.readsTime === true;
      const pinnable = expr.name === 'timestamp' && unwrapped(expr.args[0]).kind === 'vectorSelector';
      return (timed && !pinnable) || expr.args.some(readsTime);
    }
    case 'binary':
      return readsTime(expr.left) || readsTime(expr.right);
    case 'aggregate':
      return readsTime(expr.expr) || (expr.parameter !== undefined && readsTime(expr.parameter));
    case 'paren':
    case 'unary':
    case 'subquery':
    case 'stepInvariant':
      return readsTime(expr.expr);
    default:
      return false;
  }
}

/** Inside a subquery selectors follow the subquery's own steps, so only the outermost is pinned. */
function pin(expr: Expr, timeMs: number): Expr {
  const at = { kind: 'time', timeMs } as const;
  switch (expr.kind) {
    case 'vectorSelector':
      return expr.at === undefined ? { ...expr, at } : expr;
    case 'matrixSelector':
      return expr.selector.at === undefined ? { ...expr, selector: { ...expr.selector, at } } : expr;
    case 'subquery':
      return expr.at === undefined ? { ...expr, at } : expr;
    case 'call':
      return { ...expr, args: expr.args.map((arg) => pin(arg, timeMs)) };
    case 'binary':
      return { ...expr, left: pin(expr.left, timeMs), right: pin(expr.right, timeMs) };
    case 'aggregate':
      return {
        ...expr,
        expr: pin(expr.expr, timeMs),
        parameter: expr.parameter === undefined ? undefined : pin(expr.parameter, timeMs),
      };
    case 'paren':
    case 'unary':
    case 'stepInvariant':
      return { ...expr, expr: pin(expr.expr, timeMs) };
    default:
      return expr;
  }
}
