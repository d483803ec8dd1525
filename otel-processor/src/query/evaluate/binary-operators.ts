import type { Histogram } from '../../model/index.ts';
import { added, equals, scaled, subtracted, trimmed } from '../histogram/index.ts';
import type { BinaryOperator, Span } from '../syntax/index.ts';
import { isComparison } from '../syntax/index.ts';
import { type Evaluation, fail } from './evaluation.ts';

const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^', 'atan2']);

/** Whether the result is another measurement than the operands, so that their names no longer fit. */
export function dropsName(operator: BinaryOperator): boolean {
  return arithmetic.has(operator);
}

/** Arithmetic of floats; a comparison gives 1 or 0. */
export function scalarArithmetic(operator: BinaryOperator, left: number, right: number): number {
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
      return power(left, right);
    case 'atan2':
      return Math.atan2(left, right);
    default:
      return compare(operator, left, right) ? 1 : 0;
  }
}

/** IEEE 754 `pow`: unlike in JavaScript, 1 to the power of NaN or infinity is 1, and so is -1 to infinity. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  return base ** exponent;
}

export function compare(operator: BinaryOperator, left: number, right: number): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return fail(`operator ${operator} is not defined between floats`);
  }
}

/** One side of an operation at one step. */
export type Operand = number | Histogram;

/**
 * The operation on two samples where at least one is a histogram. A comparison gives whether it holds; a
 * pair of types the operator is not defined for gives undefined and leaves an annotation.
 */
export function histogramOperation(
  evaluation: Evaluation,
  operator: BinaryOperator,
  left: Operand,
  right: Operand,
  span: Span,
): Operand | boolean | undefined {
  const leftIsFloat = typeof left === 'number';
  const rightIsFloat = typeof right === 'number';
  if (leftIsFloat && !rightIsFloat) {
    if (operator === '*') return scaled(right, left);
  } else if (!leftIsFloat && rightIsFloat) {
    if (operator === '*') return scaled(left, right);
    if (operator === '/') return scaled(left, right, 'divide');
    if (operator === '</' || operator === '>/')
      return trimmed(left, right, operator === '</' ? 'upper' : 'lower');
  } else if (!leftIsFloat && !rightIsFloat) {
    if (operator === '==' || operator === '!=') return equals(left, right) === (operator === '==');
    if (operator === '+' || operator === '-') return combine(evaluation, operator, left, right, span);
  }
  const nameOf = (isFloat: boolean): string => (isFloat ? 'float' : 'histogram');
  evaluation.info(
    `incompatible sample types encountered for binary operator "${operator}": ` +
      `${nameOf(leftIsFloat)} ${operator} ${nameOf(rightIsFloat)}`,
    span,
  );
  return undefined;
}

function combine(
  evaluation: Evaluation,
  operator: '+' | '-',
  left: Histogram,
  right: Histogram,
  span: Span,
): Histogram | undefined {
  const outcome = operator === '+' ? added(left, right) : subtracted(left, right);
  if (outcome === undefined) {
    evaluation.warn('vector contains a mix of histograms with exponential and custom buckets schemas', span);
    return undefined;
  }
  const noun = operator === '+' ? 'addition' : 'subtraction';
  if (outcome.resetConflict) evaluation.warn(`conflicting counter resets during histogram ${noun}`, span);
  if (outcome.boundsReconciled)
    evaluation.info(`mismatched custom buckets were reconciled during ${noun}`, span);
  // A difference may be anything: it is no counter any more.
  return operator === '+' ? outcome.histogram : { ...outcome.histogram, counterResetHint: 'gauge' };
}

/** Whether an operation between floats keeps a sample instead of calculating one. */
export function filters(operator: BinaryOperator, returnBool: boolean): boolean {
  return isComparison(operator) && !returnBool;
}
