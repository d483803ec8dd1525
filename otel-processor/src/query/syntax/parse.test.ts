import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFault } from '../../base/index.ts';
import { functions } from '../functions/index.ts';
import { arbitraryExpression, bare } from '../testing/arbitrary-expression.ts';
import { parseExpression, parseSelector, printExpr } from './index.ts';
import { prettyExpr } from './pretty.ts';

function messageOf(text: string): string {
  const parsed = parseExpression(text, functions);
  return isFault(parsed) ? parsed.message : 'no fault';
}

function printed(text: string): string {
  const parsed = parseExpression(text, functions);
  if (isFault(parsed)) throw new Error(parsed.message);
  return printExpr(parsed);
}

test('printing and parsing gives the same tree', () => {
  fc.assert(
    fc.property(arbitraryExpression, (expr) => {
      const parsed = parseExpression(printExpr(expr), functions);
      expect(isFault(parsed) ? parsed.message : bare(parsed)).toEqual(bare(expr));
    }),
    { numRuns: 500 },
  );
});

test('the layout over several lines says the same as the single line', () => {
  fc.assert(
    fc.property(arbitraryExpression, (expr) => {
      const parsed = parseExpression(prettyExpr(expr), functions);
      expect(isFault(parsed) ? parsed.message : bare(parsed)).toEqual(bare(expr));
    }),
    { numRuns: 200 },
  );
});

test('any text gives a tree or a fault with a position, and never throws', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom(...'ab(){}[]"\'`,:+-*/^%<>=!~@ 15m.#\\\n', 'sum', 'rate', 'by', 'on', 'offset'),
      }),
      (text) => {
        const parsed = parseExpression(text, functions);
        if (isFault(parsed)) expect(parsed.message).toMatch(/^\d+:\d+: parse error: /);
      },
    ),
    { numRuns: 1000 },
  );
});

describe('precedence', () => {
  test.each([
    ['1 + 2 * 3 ^ 4 ^ 5', '+'],
    ['a or b and c', 'or'],
    ['a and b == c', 'and'],
    ['a - b - c', '-'],
    ['-a ^ b', 'unary'],
    ['-a * b', '*'],
    ['a % b atan2 c', 'atan2'],
  ])('%s: the outermost is %s', (text, outermost) => {
    const parsed = parseExpression(text, functions);
    if (isFault(parsed)) throw new Error(parsed.message);
    expect(parsed.kind === 'binary' ? parsed.operator : parsed.kind).toBe(outermost);
  });

  test('the power is right-associative, the rest left', () => {
    const outer = (text: string) => {
      const parsed = parseExpression(text, functions);
      return isFault(parsed) || parsed.kind !== 'binary' ? '' : printExpr(parsed.right);
    };
    expect(outer('2 ^ 3 ^ 4')).toBe('3 ^ 4');
    expect(outer('2 - 3 - 4')).toBe('4');
  });
});

describe('spelling', () => {
  test.each([
    ['SUM(x) BY (job)', 'sum by (job) (x)'],
    ['x{b="1",a!~"2|3"}[90s] offset 1h', 'x{b="1",a!~"2|3"}[1m30s] offset 1h'],
    ['{"a.b"}', '{"a.b"}'],
    ['{__name__="x"}', '{__name__="x"}'],
    ["'it''s'", undefined],
    ['"\\x41\\u00e9\\n"', '"Aé\\n"'],
    ['`raw \\n`', '"raw \\\\n"'],
    ['0x1F + 1e3 + .5 + 1_000 + 010', '31 + 1000 + 0.5 + 1000 + 8'],
    ['5m', '5m'],
    ['+inf ^ -2', '+Inf ^ -2'],
    ['1 + inf', '1 + +Inf'],
    ['inf ^ 2', 'Inf ^ 2'],
    ['x @ 1.5', 'x @ 1.500'],
    ['x @ start() offset -5m', 'x @ start() offset -5m'],
    ['x[5m:]', 'x[5m:]'],
    ['a / on (x) group_left b', 'a / on (x) group_left () b'],
    ['a == bool fill(0) b', 'a == bool fill (0) b'],
    ['x # a comment', 'x'],
    ['sum', 'sum'],
    ['by{on="ignoring"}', 'by{on="ignoring"}'],
  ])('%s', (text, expected) => {
    if (expected === undefined) expect(messageOf(text)).toContain('parse error');
    else expect(printed(text)).toBe(expected);
  });
});

describe('mistakes are told with their position and what was expected', () => {
  test.each([
    ['', '1:1: parse error: no expression found in input'],
    ['1 +', '1:4: parse error: unexpected end of input, expected an expression'],
    ['sum(x', '1:6: parse error: unexpected end of input in aggregation, expected ")"'],
    ['x[5m', '1:5: parse error: unexpected end of input in range selector, expected "]"'],
    ['x{a=1}', '1:5: parse error: unexpected number "1" in label matching, expected string'],
    ['x{a="1" b="2"}', '1:9: parse error: unexpected identifier "b" in label matching, expected "," or "}"'],
    ['x{a~"1"}', '1:4: parse error: unexpected character: "~"'],
    ['"open', '1:1: parse error: unterminated quoted string'],
    ['x\n  offset 5', 'no fault'],
    ['x +\n  )', '2:3: parse error: unexpected ")", expected an expression'],
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['x{a=~"("}', expect.stringMatching(/^1:6: parse error: invalid regular expression/)],
    ['nope(x)', '1:1: parse error: unknown function with name "nope"'],
    [
      'rate(x)',
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ['rate(x[5m], 1)', '1:1: parse error: expected 1 argument(s) in call to "rate", got 2'],
    ['round()', '1:1: parse error: expected at least 1 argument(s) in call to "round", got 0'],
    [
      'sum(x[5m])',
      '1:5: parse error: expected type instant vector in aggregation expression, got range vector',
    ],
    [
      'topk(x)',
      '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1',
    ],
    ['1 == 1', '1:1: parse error: comparisons between scalars must use BOOL modifier'],
    ['1 and 2', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ['a + bool b', '1:1: parse error: bool modifier can only be used on comparison operators'],
    ['1 + on (a) x', '1:1: parse error: vector matching only allowed between instant vectors'],
    ['a and on (x) group_left b', expect.stringContaining('no grouping allowed for "and" operation')],
    [
      'a + on (x) group_left (x) b',
      '1:1: parse error: label "x" must not occur in ON and GROUP clause at once',
    ],
    ['x[5m] offset 1m offset 2m', expect.stringContaining('offset may not be set multiple times')],
    ['1[5m]', '1:1: parse error: ranges only allowed for vector selectors'],
    ['x[0]', '1:3: parse error: duration must be greater than 0'],
    ['5x', '1:1: parse error: bad number or duration syntax: "5x"'],
    ['1s1m', '1:1: parse error: bad number or duration syntax: "1s1m"'],
    ['x{__name__="y"}', '1:3: parse error: metric name must not be set twice: "x" or "y"'],
    [
      '-"a"',
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
  ])('%s', (text, message) => {
    expect(messageOf(text)).toEqual(message);
  });

  test('nesting has a limit', () => {
    expect(messageOf(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toMatch(/nested deeper than 256 levels/);
    expect(messageOf(`x${'[5m:1m]'.repeat(5000)}`)).toMatch(/parse error/);
    expect(messageOf('-'.repeat(5000))).toMatch(/nested deeper than 256 levels/);
  });

  test('length has a limit', () => {
    expect(messageOf('1'.repeat(1_000_001))).toMatch(/longer than 1000000 characters/);
  });
});

test('a selector alone', () => {
  expect(parseSelector('up{job="a"}')).toHaveLength(2);
  expect(parseSelector('{__name__=~"a.+"}')).toHaveLength(1);
  for (const text of ['', 'sum(x)', '{}', 'up + 1', 'up[5m]'])
    expect(isFault(parseSelector(text))).toBe(true);
});
