import type { DurationExpression } from './ast.ts';
import { constantSeconds, MAX_DURATION_SECONDS } from './durations.ts';
import { numberOf, secondsOf } from './parse-number.ts';
import { SyntaxFault } from './span.ts';
import type { Tokens } from './tokens.ts';

type BinarySymbol = '+' | '-' | '*' | '/' | '%' | '^';

const precedences: ReadonlyMap<string, number> = new Map([
  ['+', 1],
  ['-', 1],
  ['*', 2],
  ['/', 2],
  ['%', 2],
  ['^', 4],
]);
const UNARY_PRECEDENCE = 3;

/** A range or a subquery's step: any arithmetic over durations; positive when it is constant. */
export function parsePositiveDuration(tokens: Tokens): DurationExpression {
  const parsed = asDuration(parseBinary(tokens, 0));
  const seconds = constantSeconds(parsed);
  if (seconds !== undefined && !(seconds > 0)) {
    throw new SyntaxFault(parsed.span, 'duration must be greater than 0');
  }
  checkRange(parsed, seconds);
  return parsed;
}

/** An offset: a sign and one duration; arithmetic only in parentheses, so that `offset 5m + 1` adds 1 to the value. */
export function parseOffset(tokens: Tokens): DurationExpression {
  const start = tokens.current.span.start;
  const sign = tokens.isSymbol('-') ? '-' : tokens.isSymbol('+') ? '+' : undefined;
  if (sign !== undefined) tokens.take();
  const operand = asDuration(parsePrimary(tokens));
  let parsed = operand;
  if (sign === '-' || (sign === '+' && operand.kind !== 'duration')) {
    const span = tokens.spanSince(start);
    parsed =
      operand.kind === 'duration'
        ? { ...operand, seconds: -operand.seconds, span }
        : { kind: 'unary', operator: sign, operand, span };
  }
  checkRange(parsed, constantSeconds(parsed));
  return parsed;
}

function checkRange(parsed: DurationExpression, seconds: number | undefined): void {
  if (seconds !== undefined && !(Math.abs(seconds) <= MAX_DURATION_SECONDS)) {
    throw new SyntaxFault(parsed.span, 'duration out of range');
  }
}

/** Alone, a number means seconds: the same as a duration with a unit. */
function asDuration(parsed: DurationExpression): DurationExpression {
  return parsed.kind === 'duration' ? { ...parsed, unit: true } : parsed;
}

function parseBinary(tokens: Tokens, precedenceMin: number): DurationExpression {
  let left = parseUnary(tokens);
  for (;;) {
    const token = tokens.current;
    const precedence = token.kind === 'symbol' ? precedences.get(token.text) : undefined;
    if (precedence === undefined || precedence <= precedenceMin) return left;
    tokens.countOperator();
    tokens.take();
    const operator = token.text as BinarySymbol;
    // The power is right-associative.
    const right = parseBinary(tokens, operator === '^' ? precedence - 1 : precedence);
    left = { kind: 'binary', operator, left, right, span: tokens.spanSince(left.span.start) };
  }
}

function parseUnary(tokens: Tokens): DurationExpression {
  const start = tokens.current.span.start;
  if (!tokens.isSymbol('-') && !tokens.isSymbol('+')) return parsePrimary(tokens);
  const operator = tokens.take().text === '-' ? '-' : '+';
  const operand = tokens.nested(() => parseBinary(tokens, UNARY_PRECEDENCE));
  return { kind: 'unary', operator, operand, span: tokens.spanSince(start) };
}

function parsePrimary(tokens: Tokens): DurationExpression {
  const token = tokens.current;
  const { span } = token;
  if (token.kind === 'number') {
    tokens.take();
    return { kind: 'duration', seconds: numberOf(token), unit: false, span };
  }
  if (token.kind === 'duration') {
    tokens.take();
    return { kind: 'duration', seconds: secondsOf(token), unit: true, span };
  }
  if (tokens.takeIfSymbol('(')) {
    const inner = tokens.nested(() => parseBinary(tokens, 0));
    tokens.expectSymbol(')', 'in duration expression');
    return { kind: 'paren', inner, span: tokens.spanSince(span.start) };
  }
  const word = tokens.keyword;
  if (word === 'step' || word === 'range') {
    tokens.take();
    tokens.expectSymbol('(', 'in duration expression');
    tokens.expectSymbol(')', 'in duration expression');
    return { kind: word, span: tokens.spanSince(span.start) };
  }
  if (word === 'min_of' || word === 'max_of') {
    tokens.take();
    tokens.expectSymbol('(', 'in duration expression');
    const left = tokens.nested(() => parseBinary(tokens, 0));
    tokens.expectSymbol(',', 'in duration expression');
    const right = tokens.nested(() => parseBinary(tokens, 0));
    tokens.expectSymbol(')', 'in duration expression');
    return { kind: word, left, right, span: tokens.spanSince(span.start) };
  }
  throw tokens.unexpected('in duration expression', 'a duration');
}
