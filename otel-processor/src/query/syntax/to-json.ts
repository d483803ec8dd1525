import type { Matcher } from '../../model/index.ts';
import type { AtModifier, DurationExpression, Expr, VectorMatching, VectorSelector } from './ast.ts';
import type { Signatures } from './check.ts';
import { constantSeconds } from './durations.ts';
import { formatFloat } from './format-float.ts';

/** A node as `/api/v1/parse_query` shows it. */
export type AstJson = { readonly type: string; readonly [field: string]: unknown };

/** Prometheus's JSON shape of the tree; durations in milliseconds. */
export function toAstJson(expr: Expr, signatures: Signatures): AstJson {
  const json = (inner: Expr): AstJson => toAstJson(inner, signatures);
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloat(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'vectorSelector':
      return { type: 'vectorSelector', ...selectorJson(expr) };
    case 'matrixSelector':
      return { type: 'matrixSelector', ...selectorJson(expr.selector), range: milliseconds(expr.range) };
    case 'subquery':
      return {
        type: 'subquery',
        expr: json(expr.expr),
        range: milliseconds(expr.range),
        ...shiftJson(expr),
        step: expr.step === undefined ? 0 : milliseconds(expr.step),
      };
    case 'paren':
      return { type: 'parenExpr', expr: json(expr.expr) };
    case 'stepInvariant':
      return json(expr.expr);
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: json(expr.expr) };
    case 'binary':
      return {
        type: 'binaryExpr',
        op: expr.operator,
        lhs: json(expr.left),
        rhs: json(expr.right),
        matching: expr.matching === undefined ? null : matchingJson(expr.matching),
        bool: expr.returnBool,
      };
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.operator,
        expr: json(expr.expr),
        param: expr.parameter === undefined ? null : json(expr.parameter),
        grouping: expr.grouping,
        without: expr.without,
      };
    case 'call': {
      const signature = signatures.get(expr.name);
      return {
        type: 'call',
        func: {
          name: expr.name,
          argTypes: signature?.args ?? [],
          variadic: signature?.variadic ?? 0,
          returnType: signature?.returns ?? 'none',
        },
        args: expr.args.map(json),
      };
    }
  }
}

function milliseconds(duration: DurationExpression): number {
  return Math.round((constantSeconds(duration) ?? 0) * 1000);
}

function shiftJson(shift: {
  at: AtModifier | undefined;
  offset: DurationExpression | undefined;
}): Record<string, unknown> {
  const { at, offset } = shift;
  return {
    offset: offset === undefined ? 0 : milliseconds(offset),
    timestamp: at?.kind === 'time' ? at.timeMs : null,
    startOrEnd: at === undefined || at.kind === 'time' ? null : at.kind,
  };
}

function selectorJson(selector: VectorSelector): Record<string, unknown> {
  return {
    name: selector.name ?? '',
    matchers: selector.matchers.map(matcherJson),
    ...shiftJson(selector),
    anchored: selector.edges === 'anchored',
    smoothed: selector.edges === 'smoothed',
  };
}

function matcherJson(matcher: Matcher): Record<string, string> {
  return { name: matcher.name, value: matcher.value, type: matcher.type };
}

function matchingJson(matching: VectorMatching): Record<string, unknown> {
  return {
    card: matching.cardinality,
    labels: matching.labels,
    on: matching.on,
    include: matching.include,
    fillValues: { lhs: matching.fillLeft ?? null, rhs: matching.fillRight ?? null },
  };
}
