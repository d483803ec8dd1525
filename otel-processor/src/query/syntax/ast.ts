import type { Matcher } from '../../model/index.ts';
import type { Span } from './span.ts';

export type ValueType = 'none' | 'scalar' | 'string' | 'vector' | 'matrix';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type SetOperator = 'and' | 'or' | 'unless';
/** Keep of a histogram what is below (`</`) or above (`>/`) a value. */
export type TrimOperator = '</' | '>/';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator | TrimOperator;

export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio';

/** Arithmetic over durations, in seconds, resolved when the query's step and range are known. */
export type DurationExpression =
  /** `unit`: written with one, `5m` and not `300`. */
  | { readonly kind: 'duration'; readonly seconds: number; readonly unit: boolean; readonly span: Span }
  | { readonly kind: 'step' | 'range'; readonly span: Span }
  | {
      readonly kind: 'unary';
      readonly operator: '+' | '-';
      readonly operand: DurationExpression;
      readonly span: Span;
    }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^';
      readonly left: DurationExpression;
      readonly right: DurationExpression;
      readonly span: Span;
    }
  | {
      readonly kind: 'min_of' | 'max_of';
      readonly left: DurationExpression;
      readonly right: DurationExpression;
      readonly span: Span;
    }
  | { readonly kind: 'paren'; readonly inner: DurationExpression; readonly span: Span };

/** What `@` pins a selector to. */
export type AtModifier =
  | { readonly kind: 'time'; readonly timeMs: number }
  | { readonly kind: 'start' | 'end' };

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration, `5m` for 300: printed back as one. */
  readonly duration: boolean;
  readonly span: Span;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly span: Span;
}

interface TimeShift {
  readonly offset: DurationExpression | undefined;
  readonly at: AtModifier | undefined;
}

export interface VectorSelector extends TimeShift {
  readonly kind: 'vectorSelector';
  /** The name in front of the braces; also among the matchers. */
  readonly name: string | undefined;
  readonly matchers: readonly Matcher[];
  /** How a range vector's edges are found (experimental in Prometheus). */
  readonly edges: 'anchored' | 'smoothed' | undefined;
  /** Put in by the planner: of histograms only count and sum are looked at. */
  readonly totalsOnly?: boolean;
  readonly span: Span;
}

export interface MatrixSelector {
  readonly kind: 'matrixSelector';
  readonly selector: VectorSelector;
  readonly range: DurationExpression;
  readonly span: Span;
}

export interface Subquery extends TimeShift {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: DurationExpression;
  /** The engine's default interval when undefined. */
  readonly step: DurationExpression | undefined;
  readonly span: Span;
}

export interface Paren {
  readonly kind: 'paren';
  readonly expr: Expr;
  readonly span: Span;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expr: Expr;
  readonly span: Span;
}

export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

export interface VectorMatching {
  readonly cardinality: Cardinality;
  /** With `on`, only these labels are compared; otherwise all but these. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels of the "one" side to carry over. */
  readonly include: readonly string[];
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  readonly returnBool: boolean;
  /** Always there between two vectors; undefined otherwise. */
  readonly matching: VectorMatching | undefined;
  readonly span: Span;
}

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly operator: AggregationOperator;
  readonly expr: Expr;
  readonly parameter: Expr | undefined;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly span: Span;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  readonly span: Span;
}

/** Put in by the planner: the inner value does not depend on the step, so it is computed once. */
export interface StepInvariant {
  readonly kind: 'stepInvariant';
  readonly expr: Expr;
  readonly span: Span;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Paren
  | Unary
  | Binary
  | Aggregate
  | Call
  | StepInvariant;

export const comparisonOperators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
export const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);
export const trimOperators: ReadonlySet<string> = new Set(['</', '>/']);

export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return setOperators.has(operator);
}

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return comparisonOperators.has(operator);
}

/** The expression without the parentheses and planner's marks around it. */
export function unwrapped(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren' || inner.kind === 'stepInvariant') inner = inner.expr;
  return inner;
}
