import fc from 'fast-check';
import { isFault } from '../../base/index.ts';
import { createMatcher, type Matcher, METRIC_NAME } from '../../model/index.ts';
import type {
  AggregationOperator,
  BinaryOperator,
  DurationExpression,
  Expr,
  VectorSelector,
} from '../syntax/ast.ts';

/** Expressions that type-check, as trees; spans are all zero. */

const span = { start: 0, end: 0 };
const names = fc.constantFrom(
  'up',
  'http_requests_total',
  'job:rate:5m',
  'sum',
  'by',
  'offset',
  'a.b',
  'naïve',
);
const labelNames = fc.constantFrom('job', 'instance', 'le', 'on', 'odd name');
const texts = fc.oneof(
  fc.constantFrom('a', 'b.*', '', 'x|y', 'quote " and \\ and \n'),
  fc.string({ maxLength: 8 }),
);

const plain = (seconds: number): DurationExpression => ({ kind: 'duration', seconds, unit: true, span });
const wholeSeconds = fc.integer({ min: 1, max: 400_000 }).map(plain);
const milliseconds = fc.integer({ min: 1, max: 86_400_000 }).map((ms) => plain(ms / 1000));

/** Constant arithmetic is always positive here; `step()` may be anything. */
const durations: fc.Arbitrary<DurationExpression> = fc.oneof(
  { weight: 4, arbitrary: wholeSeconds },
  { weight: 2, arbitrary: milliseconds },
  fc.constant<DurationExpression>({ kind: 'step', span }),
  fc.tuple(fc.constantFrom('+', '*' as const), wholeSeconds, fc.integer({ min: 1, max: 9 })).map(
    ([operator, left, right]): DurationExpression => ({
      kind: 'binary',
      operator: operator as '+' | '*',
      left,
      right: { kind: 'duration', seconds: right, unit: false, span },
      span,
    }),
  ),
  fc
    .tuple(wholeSeconds, wholeSeconds)
    .map(([left, right]): DurationExpression => ({ kind: 'min_of', left, right, span })),
);
const offsets = fc.oneof(
  wholeSeconds,
  fc.integer({ min: 1, max: 9999 }).map((seconds) => plain(-seconds)),
);

function matcherOf(type: '=' | '!=' | '=~' | '!~', name: string, value: string): Matcher {
  const made = createMatcher(type, name, value);
  if (!isFault(made)) return made;
  return matcherOf(type === '=~' ? '=' : '!=', name, value);
}

const matchers = fc.array(
  fc.tuple(fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const), labelNames, texts),
  { maxLength: 3 },
);

const at = fc.option(
  fc.oneof(
    fc.constantFrom({ kind: 'start' as const }, { kind: 'end' as const }),
    fc
      .integer({ min: -1_000_000, max: 2_000_000_000_000 })
      .map((timeMs) => ({ kind: 'time' as const, timeMs })),
  ),
  { nil: undefined },
);

const selectors: fc.Arbitrary<VectorSelector> = fc
  .record({ name: names, matchers, at, offset: fc.option(offsets, { nil: undefined }) })
  .map(({ name, matchers: some, at: when, offset }) => ({
    kind: 'vectorSelector',
    name,
    matchers: [
      ...some.map(([type, label, value]) => matcherOf(type, label, value)),
      matcherOf('=', METRIC_NAME, name),
    ],
    offset,
    at: when,
    edges: undefined,
    span,
  }));

const numbers: fc.Arbitrary<Expr> = fc.oneof(
  fc
    .double({ noDefaultInfinity: false })
    .map((value): Expr => ({ kind: 'number', value, duration: false, span })),
  fc
    .integer({ min: 1, max: 100_000 })
    .map((value): Expr => ({ kind: 'number', value, duration: true, span })),
);

const matrices: fc.Arbitrary<Expr> = fc
  .tuple(selectors, durations)
  .map(([selector, range]) => ({ kind: 'matrixSelector', selector, range, span }));

const wrapped = (expr: Expr): Expr =>
  expr.kind === 'binary' || expr.kind === 'unary' || expr.kind === 'number'
    ? { kind: 'paren', expr, span }
    : expr;

const vectorOperators: readonly BinaryOperator[] = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  'atan2',
  '==',
  '>=',
  'and',
  'or',
  'unless',
  '</',
];
const plainAggregators: readonly AggregationOperator[] = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
];

type Vectors = fc.Arbitrary<Expr>;

const calls: fc.Arbitrary<Expr> = fc
  .tuple(fc.constantFrom('rate', 'max_over_time', 'last_over_time'), matrices)
  .map(([name, arg]) => ({ kind: 'call', name, args: [arg], span }));

function subqueries(vector: Vectors): Vectors {
  return fc
    .tuple(vector, durations, fc.option(durations, { nil: undefined }), at)
    .map(([expr, range, step, when]) => ({
      kind: 'call',
      name: 'min_over_time',
      args: [{ kind: 'subquery', expr: wrapped(expr), range, step, offset: undefined, at: when, span }],
      span,
    }));
}

function aggregations(vector: Vectors): Vectors {
  const plainOnes = fc
    .tuple(
      fc.constantFrom(...plainAggregators),
      vector,
      fc.uniqueArray(labelNames, { maxLength: 2 }),
      fc.boolean(),
    )
    .map(
      ([operator, expr, grouping, without]): Expr => ({
        kind: 'aggregate',
        operator,
        expr,
        parameter: undefined,
        grouping,
        without,
        span,
      }),
    );
  const withParameter = fc.tuple(fc.constantFrom('topk' as const, 'quantile' as const), numbers, vector).map(
    ([operator, parameter, expr]): Expr => ({
      kind: 'aggregate',
      operator,
      expr,
      parameter,
      grouping: [],
      without: false,
      span,
    }),
  );
  return fc.oneof(plainOnes, withParameter);
}

function betweenVectors(vector: Vectors): Vectors {
  return fc
    .tuple(
      fc.constantFrom(...vectorOperators),
      vector,
      vector,
      fc.uniqueArray(labelNames, { maxLength: 2 }),
      fc.boolean(),
    )
    .map(([operator, left, right, labels, on]) => ({
      kind: 'binary',
      operator,
      left: wrapped(left),
      right: wrapped(right),
      returnBool: false,
      matching: {
        cardinality: ['and', 'or', 'unless'].includes(operator) ? 'many-to-many' : 'one-to-one',
        on,
        labels,
        include: [],
        fillLeft: undefined,
        fillRight: undefined,
      },
      span,
    }));
}

function withScalar(vector: Vectors): Vectors {
  return fc
    .tuple(fc.constantFrom<BinaryOperator>('+', '*', '<', '^'), vector, numbers, fc.boolean())
    .map(([operator, left, right, bool]) => ({
      kind: 'binary',
      operator,
      left: wrapped(left),
      right,
      returnBool: bool && operator === '<',
      matching: undefined,
      span,
    }));
}

export const arbitraryExpression: fc.Arbitrary<Expr> = fc.letrec<{ vector: Expr; any: Expr }>((tie) => ({
  any: fc.oneof({ maxDepth: 5 }, tie('vector'), numbers, matrices),
  vector: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    selectors,
    calls,
    subqueries(tie('vector')),
    aggregations(tie('vector')),
    betweenVectors(tie('vector')),
    withScalar(tie('vector')),
    tie('vector').map((expr): Expr => ({ kind: 'unary', operator: '-', expr: wrapped(expr), span })),
    tie('vector').map((expr): Expr => ({ kind: 'paren', expr, span })),
  ),
})).any;

/** The tree without what a text does not say: where things stand, and compiled matchers. */
export function bare(expr: unknown): unknown {
  if (Array.isArray(expr)) return expr.map(bare);
  if (typeof expr !== 'object' || expr === null) return expr;
  if ('matches' in expr && 'type' in expr) {
    const { type, name, value } = expr as Matcher;
    return { type, name, value };
  }
  return Object.fromEntries(
    Object.entries(expr)
      .filter(([key]) => key !== 'span')
      .map(([key, value]) => [key, bare(value)]),
  );
}
