import type {
  Aggregate,
  AggregationOperator,
  Binary,
  BinaryOperator,
  Call,
  Expr,
  VectorSelector,
} from './ast.ts';
import { parseLabels, parseMatching } from './parse-matching.ts';
import { parseNumber } from './parse-number.ts';
import { parsePostfix } from './parse-postfix.ts';
import { parseVectorSelector, requireNonEmpty } from './parse-selector.ts';
import { SyntaxFault } from './span.ts';
import { Tokens } from './tokens.ts';

const precedences: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ['==', 3],
  ['!=', 3],
  ['<', 3],
  ['<=', 3],
  ['>', 3],
  ['>=', 3],
  ['</', 3],
  ['>/', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['atan2', 5],
  ['^', 6],
]);
/** A sign binds as tightly as a product: -a ^ b is -(a ^ b), -a * b is (-a) * b. */
const UNARY_PRECEDENCE = 5;

const aggregators: ReadonlySet<string> = new Set<AggregationOperator>([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

const parametrised: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

/** Text to syntax tree, without a check of types. Throws `SyntaxFault`. */
export function parseTree(text: string): Expr {
  const tokens = new Tokens(text);
  if (tokens.atEnd) {
    throw new SyntaxFault(tokens.current.span, 'no expression found in input');
  }
  const expr = parseExpr(tokens, 0);
  if (!tokens.atEnd) throw tokens.unexpected('after the expression', 'an operator or the end');
  return expr;
}

/** Only a selector, as in `match[]` of the HTTP API. Throws `SyntaxFault`. */
export function parseSelectorTree(text: string): VectorSelector {
  const tokens = new Tokens(text);
  const token = tokens.current;
  if (token.kind !== 'identifier' && !tokens.isSymbol('{')) throw tokens.unexpected('', 'a series selector');
  const selector = parseVectorSelector(tokens);
  if (!tokens.atEnd) throw tokens.unexpected('after the selector', 'the end');
  requireNonEmpty(selector);
  return selector;
}

function parseExpr(tokens: Tokens, precedenceMin: number): Expr {
  let left = tokens.nested(() => parseUnary(tokens));
  for (;;) {
    const { current } = tokens;
    if (current.kind !== 'symbol' && current.kind !== 'identifier') return left;
    const operator = current.kind === 'identifier' ? current.text.toLowerCase() : current.text;
    const precedence = precedences.get(operator);
    if (precedence === undefined || precedence <= precedenceMin) return left;
    tokens.countOperator();
    tokens.take();
    left = parseBinary(tokens, operator as BinaryOperator, precedence, left);
  }
}

function parseUnary(tokens: Tokens): Expr {
  if (!tokens.isSymbol('-') && !tokens.isSymbol('+')) return parsePostfix(tokens, parsePrimary(tokens));
  const { span } = tokens.current;
  const operator = tokens.take().text === '-' ? '-' : '+';
  const expr = parseExpr(tokens, UNARY_PRECEDENCE);
  if (expr.kind === 'number') {
    return {
      ...expr,
      value: operator === '-' ? -expr.value : expr.value,
      span: tokens.spanSince(span.start),
    };
  }
  return { kind: 'unary', operator, expr, span: tokens.spanSince(span.start) };
}

function parseBinary(tokens: Tokens, operator: BinaryOperator, precedence: number, left: Expr): Binary {
  let returnBool = false;
  if (tokens.keyword === 'bool' && !tokens.followedBy('{')) {
    tokens.take();
    returnBool = true;
  }
  const matching = parseMatching(tokens, operator);
  const right = parseExpr(tokens, operator === '^' ? precedence - 1 : precedence);
  const span = { start: left.span.start, end: right.span.end };
  return { kind: 'binary', operator, left, right, returnBool, matching, span };
}

function parsePrimary(tokens: Tokens): Expr {
  const token = tokens.current;
  const start = token.span.start;
  if (token.kind === 'string') {
    tokens.take();
    return { kind: 'string', value: token.text, span: token.span };
  }
  const literal = parseNumber(tokens);
  if (literal !== undefined) return { kind: 'number', ...literal, span: token.span };
  if (tokens.takeIfSymbol('(')) {
    const expr = parseExpr(tokens, 0);
    tokens.expectSymbol(')', 'in parenthesized expression');
    return { kind: 'paren', expr, span: tokens.spanSince(start) };
  }
  if (token.kind === 'identifier') {
    const word = token.text.toLowerCase();
    if (aggregators.has(word) && beginsAggregation(tokens)) {
      return parseAggregate(tokens, word as AggregationOperator);
    }
    if (tokens.followedBy('(')) return parseCall(tokens);
    return parseVectorSelector(tokens);
  }
  if (tokens.isSymbol('{')) return parseVectorSelector(tokens);
  throw tokens.unexpected('', 'an expression');
}

function beginsAggregation(tokens: Tokens): boolean {
  const { following } = tokens;
  if (following.kind === 'identifier') {
    const word = following.text.toLowerCase();
    return word === 'by' || word === 'without';
  }
  return tokens.followedBy('(');
}

function parseAggregate(tokens: Tokens, operator: AggregationOperator): Aggregate {
  const start = tokens.take().span.start;
  let grouping: readonly string[] | undefined;
  let without = false;
  const readGrouping = (): void => {
    const word = tokens.keyword;
    if (grouping !== undefined || (word !== 'by' && word !== 'without')) return;
    tokens.take();
    without = word === 'without';
    grouping = parseLabels(tokens);
  };
  readGrouping();
  const args = parseArguments(tokens, 'in aggregation');
  readGrouping();
  const span = tokens.spanSince(start);
  const wanted = parametrised.has(operator) ? 2 : 1;
  if (args.length === 0) throw new SyntaxFault(span, 'no arguments for aggregate expression provided');
  if (args.length !== wanted) {
    throw new SyntaxFault(
      span,
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
    );
  }
  const parameter = wanted === 2 ? args[0] : undefined;
  return {
    kind: 'aggregate',
    operator,
    expr: args[wanted - 1],
    parameter,
    grouping: grouping ?? [],
    without,
    span,
  };
}

function parseArguments(tokens: Tokens, context: string): Expr[] {
  tokens.expectSymbol('(', context);
  const args: Expr[] = [];
  while (!tokens.isSymbol(')')) {
    args.push(parseExpr(tokens, 0));
    if (!tokens.takeIfSymbol(',')) break;
    if (tokens.isSymbol(')'))
      throw tokens.unexpected(context, 'an expression: no trailing commas are allowed');
  }
  tokens.expectSymbol(')', context);
  return args;
}

function parseCall(tokens: Tokens): Call {
  const token = tokens.take();
  const args = parseArguments(tokens, `in call of ${token.text}`);
  return { kind: 'call', name: token.text, args, span: tokens.spanSince(token.span.start) };
}
