import type {
  Aggregate,
  AggregationOperator,
  AtModifier,
  Binary,
  BinaryOperator,
  Call,
  Cardinality,
  Expr,
  Subquery,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { isSetOperator } from './ast.ts';
import { parseOffset, parsePositiveDuration } from './parse-duration.ts';
import { numberOf, secondsOf } from './parse-number.ts';
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

/** `on (a) group_left (b) fill (0)` and the like; undefined when nothing of it is written. */
function parseMatching(tokens: Tokens, operator: BinaryOperator): VectorMatching | undefined {
  let written = false;
  let on = false;
  let labels: readonly string[] = [];
  let include: readonly string[] = [];
  let cardinality: Cardinality = isSetOperator(operator) ? 'many-to-many' : 'one-to-one';
  const word = tokens.keyword;
  if ((word === 'on' || word === 'ignoring') && tokens.followedBy('(')) {
    written = true;
    tokens.take();
    on = word === 'on';
    labels = parseLabels(tokens);
    const side = tokens.keyword;
    if (side === 'group_left' || side === 'group_right') {
      tokens.take();
      if (isSetOperator(operator)) {
        throw new SyntaxFault(
          tokens.current.span,
          `no grouping allowed for ${JSON.stringify(operator)} operation`,
        );
      }
      cardinality = side === 'group_left' ? 'many-to-one' : 'one-to-many';
      if (tokens.isSymbol('(')) include = parseLabels(tokens);
    }
  }
  let fillLeft: number | undefined;
  let fillRight: number | undefined;
  for (;;) {
    const side = tokens.keyword;
    if (side !== 'fill' && side !== 'fill_left' && side !== 'fill_right') break;
    if (!tokens.followedBy('(')) break;
    written = true;
    const { span } = tokens.take();
    const value = parseFill(tokens);
    if (isSetOperator(operator)) {
      throw new SyntaxFault(span, `filling in missing series not allowed for set operators`);
    }
    if (side !== 'fill_right') fillLeft = value;
    if (side !== 'fill_left') fillRight = value;
  }
  return written ? { cardinality, on, labels, include, fillLeft, fillRight } : undefined;
}

function parseFill(tokens: Tokens): number {
  tokens.expectSymbol('(', 'in fill modifier');
  const sign = tokens.isSymbol('-') ? -1 : 1;
  if (tokens.isSymbol('-') || tokens.isSymbol('+')) tokens.take();
  const literal = parseNumber(tokens);
  if (literal === undefined) throw tokens.unexpected('in fill modifier', 'a number');
  tokens.expectSymbol(')', 'in fill modifier');
  return sign * literal.value;
}

function parseLabels(tokens: Tokens): readonly string[] {
  tokens.expectSymbol('(', 'in grouping');
  const labels: string[] = [];
  while (!tokens.isSymbol(')')) {
    const token = tokens.current;
    if (token.kind !== 'identifier' && token.kind !== 'string') {
      throw tokens.unexpected('in grouping', 'a label or ")"');
    }
    if (token.kind === 'identifier' && token.text.includes(':')) {
      throw tokens.unexpected('in grouping', 'a label or ")"');
    }
    tokens.take();
    labels.push(token.text);
    if (!tokens.takeIfSymbol(',') && !tokens.isSymbol(')')) {
      throw tokens.unexpected('in grouping', '"," or ")"');
    }
  }
  tokens.take();
  return labels;
}

/** A number or duration literal, or `inf` and `nan`; undefined when the current token is none. */
function parseNumber(tokens: Tokens): { value: number; duration: boolean } | undefined {
  const token = tokens.current;
  if (token.kind === 'number') {
    tokens.take();
    return { value: numberOf(token), duration: false };
  }
  if (token.kind === 'duration') {
    tokens.take();
    return { value: secondsOf(token), duration: true };
  }
  const word = tokens.keyword;
  if (word !== 'inf' && word !== 'nan') return undefined;
  tokens.take();
  return { value: word === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN, duration: false };
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

/** `[range]`, `[range:step]`, `offset`, `@`, `anchored` and `smoothed` behind a primary expression. */
function parsePostfix(tokens: Tokens, primary: Expr): Expr {
  let expr = primary;
  for (;;) {
    if (tokens.isSymbol('[')) {
      expr = parseBrackets(tokens, expr);
    } else if (tokens.isSymbol('@')) {
      const { span } = tokens.take();
      const at = parseAt(tokens);
      const end = tokens.lastEnd;
      expr = modified(
        expr,
        end,
        '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
        (shift) => {
          if (shift.at !== undefined)
            throw new SyntaxFault(span, '@ <timestamp> may not be set multiple times');
          return { at };
        },
      );
    } else {
      const word = tokens.keyword;
      if (word === 'offset') {
        const { span } = tokens.take();
        const offset = parseOffset(tokens);
        const end = tokens.lastEnd;
        expr = modified(
          expr,
          end,
          'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
          (shift) => {
            if (shift.offset !== undefined)
              throw new SyntaxFault(span, 'offset may not be set multiple times');
            return { offset };
          },
        );
      } else if (word === 'anchored' || word === 'smoothed') {
        expr = withEdges(tokens, expr, word);
      } else {
        return expr;
      }
    }
  }
}

function withEdges(tokens: Tokens, expr: Expr, edges: 'anchored' | 'smoothed'): Expr {
  const { span } = tokens.take();
  const end = tokens.lastEnd;
  return modified(
    expr,
    end,
    `${edges} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
    (shift) => {
      if (shift.kind === 'subquery') {
        throw new SyntaxFault(span, `${edges} modifier is not supported for subqueries`);
      }
      if (shift.edges === edges)
        throw new SyntaxFault(span, `${edges} modifier may not be set multiple times`);
      if (shift.edges !== undefined) {
        throw new SyntaxFault(span, 'anchored and smoothed modifiers cannot be used together');
      }
      return { edges };
    },
  );
}

type Shift = Partial<Pick<VectorSelector, 'offset' | 'at' | 'edges'>>;

/** Applies a change to the selector or subquery that `expr` is, widening its span to `end`. */
function modified(
  expr: Expr,
  end: number,
  complaint: string,
  change: (target: VectorSelector | Subquery) => Shift,
): Expr {
  const span = { start: expr.span.start, end };
  if (expr.kind === 'vectorSelector') return { ...expr, ...change(expr), span };
  if (expr.kind === 'subquery') {
    const { edges: _, ...shift } = change(expr);
    return { ...expr, ...shift, span };
  }
  if (expr.kind === 'matrixSelector') {
    const selector = { ...expr.selector, ...change(expr.selector) };
    return { ...expr, selector, span };
  }
  throw new SyntaxFault(expr.span, complaint);
}

function parseBrackets(tokens: Tokens, expr: Expr): Expr {
  tokens.take();
  const range = parsePositiveDuration(tokens);
  if (tokens.takeIfSymbol(':')) {
    const step = tokens.isSymbol(']') ? undefined : parsePositiveDuration(tokens);
    tokens.expectSymbol(']', 'in subquery selector');
    const span = tokens.spanSince(expr.span.start);
    return { kind: 'subquery', expr, range, step, offset: undefined, at: undefined, span };
  }
  tokens.expectSymbol(']', 'in range selector');
  const span = tokens.spanSince(expr.span.start);
  if (expr.kind !== 'vectorSelector') throw new SyntaxFault(span, 'ranges only allowed for vector selectors');
  if (expr.offset !== undefined) throw new SyntaxFault(span, 'no offset modifiers allowed before range');
  if (expr.at !== undefined) throw new SyntaxFault(span, 'no @ modifiers allowed before range');
  if (expr.edges !== undefined)
    throw new SyntaxFault(span, `no ${expr.edges} modifiers allowed before range`);
  return { kind: 'matrixSelector', selector: expr, range, span };
}

function parseAt(tokens: Tokens): AtModifier {
  const word = tokens.keyword;
  if ((word === 'start' || word === 'end') && tokens.followedBy('(')) {
    tokens.take();
    tokens.take();
    tokens.expectSymbol(')', 'in @ modifier');
    return { kind: word };
  }
  const { span } = tokens.current;
  const negative = tokens.isSymbol('-');
  if (negative || tokens.isSymbol('+')) tokens.take();
  const literal = parseNumber(tokens);
  if (literal === undefined) throw tokens.unexpected('in @ modifier', 'a timestamp, start() or end()');
  const seconds = negative ? -literal.value : literal.value;
  if (!(Math.abs(seconds) < Number.MAX_SAFE_INTEGER / 1000)) {
    throw new SyntaxFault(span, `timestamp out of bounds for @ modifier: ${seconds}`);
  }
  return { kind: 'time', timeMs: Math.round(seconds * 1000) };
}
