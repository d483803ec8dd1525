import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import { createMatcher, type Matcher, type MatchType } from './index.ts';

function matcher(type: MatchType, value: string): Matcher {
  const made = createMatcher(type, 'label', value);
  if (isFault(made)) throw new Error(made.message);
  return made;
}

test('every shortcut agrees with the full pattern', () => {
  const piece = fc.constantFrom('a', 'b', 'ab', '.*', '.+', '|', '(', ')', '.', '\n', '');
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 5 }).map((parts) => parts.join('')),
      fc.array(fc.constantFrom('a', 'b', '\n', 'c'), { maxLength: 6 }).map((parts) => parts.join('')),
      (pattern, text) => {
        const made = createMatcher('=~', 'label', pattern);
        let oracle: RegExp;
        try {
          // Alone first: inside the anchors an unbalanced `)(` would look balanced.
          new RegExp(pattern);
          oracle = new RegExp(`^(?:${pattern})$`, 's');
        } catch {
          expect(isFault(made)).toBe(true);
          return;
        }
        if (isFault(made)) throw new Error(made.message);
        expect(made.matches(text)).toBe(oracle.test(text));
        expect(matcher('!~', pattern).matches(text)).toBe(!oracle.test(text));
        if (made.candidates !== undefined && oracle.test(text)) expect(made.candidates).toContain(text);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a pattern that is no RE2 is refused and named', () => {
  const fault = createMatcher('=~', 'label', 'a(b');
  expect(isFault(fault) && fault.message).toContain('invalid regular expression "a(b"');
  expect(isFault(createMatcher('=~', 'label', '(?=x)'))).toBe(true);
  expect(isFault(createMatcher('=~', 'label', 'x'.repeat(10_001)))).toBe(true);
});

test('a pattern that is exponential elsewhere answers', () => {
  expect(matcher('=~', '(a+)+b').matches('a'.repeat(2000))).toBe(false);
});
