import { unreachable } from '../../base/index.ts';
import type { DurationExpression } from './ast.ts';

/** Prometheus keeps durations as int64 nanoseconds: about 292 years. */
export const MAX_DURATION_SECONDS = 9_223_372_036;

/** What `step()` and `range()` mean in this query. */
export interface DurationContext {
  readonly stepSeconds: number;
  readonly rangeSeconds: number;
}

/** The value in seconds; NaN where the arithmetic has none. */
export function durationSeconds(expression: DurationExpression, context: DurationContext): number {
  switch (expression.kind) {
    case 'duration':
      return expression.seconds;
    case 'step':
      return context.stepSeconds;
    case 'range':
      return context.rangeSeconds;
    case 'paren':
      return durationSeconds(expression.inner, context);
    case 'unary': {
      const operand = durationSeconds(expression.operand, context);
      return expression.operator === '-' ? -operand : operand;
    }
    case 'min_of':
      return Math.min(durationSeconds(expression.left, context), durationSeconds(expression.right, context));
    case 'max_of':
      return Math.max(durationSeconds(expression.left, context), durationSeconds(expression.right, context));
    case 'binary':
      return calculate(
        expression.operator,
        durationSeconds(expression.left, context),
        durationSeconds(expression.right, context),
      );
    default:
      return unreachable(expression);
  }
}

/** The value when it depends neither on the step nor on the range; else undefined. */
export function constantSeconds(expression: DurationExpression): number | undefined {
  return isConstant(expression)
    ? durationSeconds(expression, { stepSeconds: Number.NaN, rangeSeconds: Number.NaN })
    : undefined;
}

function isConstant(expression: DurationExpression): boolean {
  switch (expression.kind) {
    case 'duration':
      return true;
    case 'step':
    case 'range':
      return false;
    case 'paren':
      return isConstant(expression.inner);
    case 'unary':
      return isConstant(expression.operand);
    default:
      return isConstant(expression.left) && isConstant(expression.right);
  }
}

function calculate(operator: '+' | '-' | '*' | '/' | '%' | '^', left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    default:
      return unreachable(operator);
  }
}
