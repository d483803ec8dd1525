export type {
  Aggregate,
  AggregationOperator,
  ArithmeticOperator,
  AtModifier,
  Binary,
  BinaryOperator,
  Call,
  ComparisonOperator,
  DurationExpression,
  Expr,
  MatrixSelector,
  NumberLiteral,
  SetOperator,
  StepInvariant,
  StringLiteral,
  Subquery,
  Unary,
  ValueType,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
export { isComparison, isSetOperator, unwrapped } from './ast.ts';
export { type FunctionSignature, type Signatures, typeName, typeOf } from './check.ts';
export { type DurationContext, durationSeconds } from './durations.ts';
export { formatFloat, formatFloatG } from './format-float.ts';
export { parseExpression, parseSelector } from './parse.ts';
export { printExpr, quote } from './print.ts';
export { lineAndColumn, type Span, SyntaxFault } from './span.ts';
