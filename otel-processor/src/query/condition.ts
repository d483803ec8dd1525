import { isFault } from '../base/index.ts';
import { functions } from './functions/index.ts';
import { isComparison, parseExpression, printExpr, unwrapped } from './syntax/index.ts';

/** A comparison with a number, taken apart: `rate(x[5m]) > 0.5`. */
export interface Condition {
  /** What is compared, in PromQL. */
  readonly expression: string;
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
  readonly threshold: number;
}

/** The expression as a condition on a value; undefined when it is none. */
export function splitCondition(text: string): Condition | undefined {
  const parsed = parseExpression(text, functions);
  if (isFault(parsed)) return undefined;
  const expr = unwrapped(parsed);
  if (expr.kind !== 'binary' || expr.returnBool || !isComparison(expr.operator)) return undefined;
  const right = numberOf(unwrapped(expr.right));
  if (right !== undefined) {
    return { expression: printExpr(expr.left), operator: expr.operator, threshold: right };
  }
  const left = numberOf(unwrapped(expr.left));
  if (left === undefined) return undefined;
  return { expression: printExpr(expr.right), operator: mirrored[expr.operator], threshold: left };
}

const mirrored: Readonly<Record<Condition['operator'], Condition['operator']>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function numberOf(expr: ReturnType<typeof unwrapped>): number | undefined {
  if (expr.kind === 'number') return expr.value;
  if (expr.kind !== 'unary') return undefined;
  const inner = numberOf(unwrapped(expr.expr));
  return inner === undefined ? undefined : expr.operator === '-' ? -inner : inner;
}
