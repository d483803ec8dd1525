import { expect, test } from 'vitest';
import { guide, questions } from './guide.ts';

test('each question comes with a link that opens the status page on it', () => {
  const text = guide('http://127.0.0.1:4318');
  for (const [, expression] of questions) {
    expect(text).toContain(`http://127.0.0.1:4318/#q=${encodeURIComponent(expression)}`);
  }
});
