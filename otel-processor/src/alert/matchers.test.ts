import { describe, expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import { matcherText, matchesAll, parseMatcherTexts } from './matchers.ts';

function parse(...texts: string[]) {
  const matchers = parseMatcherTexts(texts);
  if (isFault(matchers)) throw new Error(matchers.message);
  return matchers;
}

describe("matchers in Alertmanager's notation", () => {
  test.each([
    ['a=b', 'a="b"'],
    ['a="b, c"', 'a="b, c"'],
    [' a =~ "x|y" ', 'a=~"x|y"'],
    ['a!~"x.*"', 'a!~"x.*"'],
    ['"odd name"!="q\\"q"', '"odd name"!="q\\"q"'],
    ['{a="1"}', 'a="1"'],
    ['größe="1"', 'größe="1"'],
  ])('%s', (text, printed) => {
    expect(parse(text).map(matcherText)).toEqual([printed]);
  });

  test('several in braces', () => {
    expect(parse('{a="1,2", b!="3"}').map(matcherText)).toEqual(['a="1,2"', 'b!="3"']);
  });

  test('an absent label is the empty text', () => {
    expect(matchesAll(parse('a!="x"', 'b=""'), { c: '1' })).toBe(true);
    expect(matchesAll(parse('a=~".+"'), {})).toBe(false);
  });

  test.each(['', 'a', '=b', 'a=~"("', 'a==b"'])('%j is refused', (text) => {
    const parsed = parseMatcherTexts([text]);
    expect(text === '' ? parsed : isFault(parsed)).toEqual(text === '' ? [] : true);
  });
});
