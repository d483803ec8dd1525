import type { Aggregate, Binary, Call, Expr, ValueType } from './ast.ts';
import { isComparison, isSetOperator, trimOperators } from './ast.ts';
import { requireNonEmpty } from './parse-selector.ts';
import { SyntaxFault } from './span.ts';

/** What the parser must know of a function. */
export interface FunctionSignature {
  readonly name: string;
  readonly args: readonly ValueType[];
  /** 0: exactly `args`; n > 0: the last n may be left out; -1: the last may be repeated or left out. */
  readonly variadic: number;
  readonly returns: ValueType;
}

export type Signatures = ReadonlyMap<string, FunctionSignature>;

const typeNames: Readonly<Record<ValueType, string>> = {
  none: 'none',
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

/** As Prometheus writes a type for people. */
export function typeName(type: ValueType): string {
  return typeNames[type];
}

/** Long chains would otherwise be walked once for every one of their operators. */
const binaryTypes = new WeakMap<Binary, ValueType>();

function binaryType(expr: Binary, signatures: Signatures): ValueType {
  let type = binaryTypes.get(expr);
  if (type === undefined) {
    const scalars = typeOf(expr.left, signatures) === 'scalar' && typeOf(expr.right, signatures) === 'scalar';
    type = scalars ? 'scalar' : 'vector';
    binaryTypes.set(expr, type);
  }
  return type;
}

/** The type of a checked expression. */
export function typeOf(expr: Expr, signatures: Signatures): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'vectorSelector':
    case 'aggregate':
      return 'vector';
    case 'paren':
    case 'stepInvariant':
    case 'unary':
      return typeOf(expr.expr, signatures);
    case 'call':
      return signatures.get(expr.name)?.returns ?? 'none';
    case 'binary':
      return binaryType(expr, signatures);
  }
}

/**
 * Checks types throughout, and returns the expression with what depends on types filled in: the matching of
 * two vectors. Throws `SyntaxFault`.
 */
export function checkTypes(expr: Expr, signatures: Signatures): Expr {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'vectorSelector':
      requireNonEmpty(expr);
      return expr;
    case 'matrixSelector':
      requireNonEmpty(expr.selector);
      return expr;
    case 'paren':
    case 'stepInvariant': {
      const inner = checkTypes(expr.expr, signatures);
      return inner === expr.expr ? expr : { ...expr, expr: inner };
    }
    case 'unary': {
      const inner = checkTypes(expr.expr, signatures);
      const type = typeOf(inner, signatures);
      if (type !== 'scalar' && type !== 'vector') {
        throw new SyntaxFault(
          expr.span,
          `unary expression only allowed on expressions of type scalar or instant vector, got "${typeName(type)}"`,
        );
      }
      return { ...expr, expr: inner };
    }
    case 'subquery': {
      const inner = checkTypes(expr.expr, signatures);
      const type = typeOf(inner, signatures);
      if (type !== 'vector') {
        throw new SyntaxFault(expr.span, `subquery is only allowed on instant vector, got ${type} instead`);
      }
      return inner === expr.expr ? expr : { ...expr, expr: inner };
    }
    case 'aggregate':
      return checkAggregate(expr, signatures);
    case 'call':
      return checkCall(expr, signatures);
    case 'binary':
      return checkBinary(expr, signatures);
  }
}

function expectType(expr: Expr, wanted: ValueType, context: string, signatures: Signatures): void {
  const type = typeOf(expr, signatures);
  if (type === wanted) return;
  throw new SyntaxFault(expr.span, `expected type ${typeName(wanted)} in ${context}, got ${typeName(type)}`);
}

function checkAggregate(expr: Aggregate, signatures: Signatures): Aggregate {
  const inner = checkTypes(expr.expr, signatures);
  expectType(inner, 'vector', 'aggregation expression', signatures);
  if (expr.parameter === undefined) return { ...expr, expr: inner };
  const parameter = checkTypes(expr.parameter, signatures);
  expectType(
    parameter,
    expr.operator === 'count_values' ? 'string' : 'scalar',
    'aggregation parameter',
    signatures,
  );
  return { ...expr, expr: inner, parameter };
}

function checkCall(expr: Call, signatures: Signatures): Call {
  const signature = signatures.get(expr.name);
  const name = JSON.stringify(expr.name);
  if (signature === undefined) {
    const { start } = expr.span;
    throw new SyntaxFault({ start, end: start + expr.name.length }, `unknown function with name ${name}`);
  }
  const { args, variadic } = signature;
  const given = expr.args.length;
  if (variadic === 0 && given !== args.length) {
    throw new SyntaxFault(expr.span, `expected ${args.length} argument(s) in call to ${name}, got ${given}`);
  }
  if (variadic !== 0) {
    const least = args.length - Math.abs(variadic);
    if (given < least) {
      throw new SyntaxFault(
        expr.span,
        `expected at least ${least} argument(s) in call to ${name}, got ${given}`,
      );
    }
    if (variadic > 0 && given > args.length) {
      throw new SyntaxFault(
        expr.span,
        `expected at most ${args.length} argument(s) in call to ${name}, got ${given}`,
      );
    }
  }
  const checked = expr.args.map((arg, i) => {
    // Of info only the second argument may select by labels alone, however little they say.
    const labelsOnly = expr.name === 'info' && i === 1 && arg.kind === 'vectorSelector';
    const result = labelsOnly ? arg : checkTypes(arg, signatures);
    expectType(result, args[Math.min(i, args.length - 1)], `call to function ${name}`, signatures);
    return result;
  });
  if (expr.name === 'info' && checked.length > 1) {
    const second = checked[1];
    if (second.kind !== 'vectorSelector') throw new SyntaxFault(second.span, 'expected label selectors only');
    if (second.name !== undefined) {
      throw new SyntaxFault(second.span, 'expected label selectors only, got vector selector instead');
    }
  }
  return { ...expr, args: checked };
}

function checkBinary(expr: Binary, signatures: Signatures): Binary {
  const left = checkTypes(expr.left, signatures);
  const right = checkTypes(expr.right, signatures);
  const { operator, returnBool, span } = expr;
  const leftType = typeOf(left, signatures);
  const rightType = typeOf(right, signatures);
  if (returnBool && !isComparison(operator)) {
    throw new SyntaxFault(span, 'bool modifier can only be used on comparison operators');
  }
  for (const [side, type] of [
    [left, leftType],
    [right, rightType],
  ] as const) {
    if (type !== 'scalar' && type !== 'vector') {
      throw new SyntaxFault(side.span, 'binary expression must contain only scalar and instant vector types');
    }
  }
  if (isComparison(operator) && !returnBool && leftType === 'scalar' && rightType === 'scalar') {
    throw new SyntaxFault(span, 'comparisons between scalars must use BOOL modifier');
  }
  if (leftType === 'vector' && rightType === 'vector')
    return { ...expr, left, right, matching: matchingOf(expr) };
  if (expr.matching !== undefined) {
    throw new SyntaxFault(span, 'vector matching only allowed between instant vectors');
  }
  if (
    isSetOperator(operator) ||
    (trimOperators.has(operator) && leftType === 'scalar' && rightType === 'scalar')
  ) {
    throw new SyntaxFault(span, `set operator "${operator}" not allowed in binary scalar expression`);
  }
  return { ...expr, left, right };
}

function matchingOf(expr: Binary): Binary['matching'] {
  const matching = expr.matching ?? {
    cardinality: isSetOperator(expr.operator) ? ('many-to-many' as const) : ('one-to-one' as const),
    on: false,
    labels: [],
    include: [],
    fillLeft: undefined,
    fillRight: undefined,
  };
  if (matching.on) {
    const twice = matching.labels.find((label) => matching.include.includes(label));
    if (twice !== undefined) {
      throw new SyntaxFault(
        expr.span,
        `label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`,
      );
    }
  }
  return matching;
}
