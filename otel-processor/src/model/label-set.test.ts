import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelSet } from './index.ts';

const labels = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.string({ maxLength: 3 })), {
  maxLength: 6,
});

test('a label set does not depend on the order of its labels', () => {
  fc.assert(
    fc.property(labels, (pairs) => {
      const distinct = [...new Map(pairs)];
      const forward = LabelSet.of(distinct);
      const backward = LabelSet.of([...distinct].reverse());
      expect(forward.equals(backward)).toBe(true);
      expect(forward.key).toBe(backward.key);
      expect(forward.compare(backward)).toBe(0);
    }),
  );
});

test('keys are equal exactly when the sets are', () => {
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      const left = LabelSet.of(a);
      const right = LabelSet.of(b);
      expect(left.key === right.key).toBe(left.equals(right));
      expect(Math.sign(left.compare(right))).toBe(0 - Math.sign(right.compare(left)));
    }),
  );
});

test('an empty value is an absent label', () => {
  expect(LabelSet.from({ a: '', b: '1' }).toRecord()).toEqual({ b: '1' });
});

test('with, without and only leave the original alone', () => {
  const base = LabelSet.from({ __name__: 'm', a: '1', b: '2' });
  expect(base.with('a', '3').toRecord()).toEqual({ __name__: 'm', a: '3', b: '2' });
  expect(base.without(new Set(['a'])).toRecord()).toEqual({ __name__: 'm', b: '2' });
  expect(base.only(new Set(['a'])).toRecord()).toEqual({ a: '1' });
  expect(base.toString()).toBe('m{a="1", b="2"}');
});

test('names outside the classic alphabet are printed in quotes', () => {
  expect(LabelSet.from({ __name__: 'http.requests', 'a.b': 'x' }).toString()).toBe(
    '{"http.requests", "a.b"="x"}',
  );
  expect(LabelSet.from({ __name__: 'up' }).toString()).toBe('up');
  expect(LabelSet.empty.toString()).toBe('{}');
});
