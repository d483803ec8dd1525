import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AlikeIndex } from './alike-index.ts';
import { bestReadings } from './best-readings.ts';
import { scoreBounds } from './bounds.ts';
import { readModifiers } from './modifiers.ts';
import { Question } from './question.ts';
import { knownQuestions, knownVocabulary, nowMs, timeZone } from './questions.test-support.ts';
import { readMetric } from './read-metric.ts';
import { readTime } from './time-words.ts';
import { alikeness, conceptOf, stemOf, wordsOf } from './tokens.ts';
import { indexOf, type Metric, type Vocabulary, type VocabularyIndex } from './vocabulary.ts';

const known = knownVocabulary();
const words = [
  ...new Set(
    known.metrics.flatMap(({ name, labels }) => [name, ...labels]).flatMap((name) => name.split('_')),
  ),
  ...[
    'p95',
    'top',
    '3',
    'by',
    'per',
    'rate',
    'error',
    'eu',
    'android',
    '5xx',
    '502',
    'how',
    'many',
    'except',
    'and',
  ],
  ...[
    'average',
    'ratio',
    'slowest',
    'latancy',
    'mesages',
    'conections',
    'load1',
    'the',
    'region',
    '=',
    'eu-west',
  ],
];

/** Everything is read, and the same question asked of all. */
function compare(text: string, index: VocabularyIndex): void {
  const modifiers = readModifiers(readTime(wordsOf(text), { nowMs, timeZone }).rest);
  const question = new Question(modifiers, index);
  const bounds = scoreBounds(question);
  const all = index.metrics.map((metric, id) => {
    const reading = readMetric(metric, question);
    expect(reading.score, `${text}: ${metric.name} is over its bound`).toBeLessThanOrEqual(bounds[id]);
    return reading;
  });
  const expected = all
    .filter(({ score }) => score >= 0.001)
    .toSorted((a, b) => b.score - a.score || (a.metric.name < b.metric.name ? -1 : 1))
    .slice(0, 5);
  const found = bestReadings(question, 5, () => Number.POSITIVE_INFINITY);
  expect(found.map(({ metric, score }) => [metric.name, score])).toEqual(
    expected.map(({ metric, score }) => [metric.name, score]),
  );
}

test('the best readings are those that reading every metric finds, and no score is over its bound', () => {
  const index = indexOf(known);
  for (const { text } of knownQuestions()) compare(text, index);
});

test('so they are for any words, in any vocabulary', () => {
  const word = fc.constantFrom(...words);
  const metric = fc.record({
    name: fc.array(word, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('_')),
    kind: fc.constantFrom('counter', 'gauge', 'histogram', 'native_histogram'),
    help: fc.array(word, { maxLength: 6 }).map((parts) => parts.join(' ')),
    labels: fc.uniqueArray(fc.constantFrom(...known.values.keys(), 'le', 'host_name', 'hostname'), {
      maxLength: 5,
    }),
  }) satisfies fc.Arbitrary<Metric>;
  const vocabulary: fc.Arbitrary<Vocabulary> = fc
    .uniqueArray(metric, { maxLength: 40, selector: ({ name }) => name })
    .map((metrics) => ({ metrics, values: known.values }));
  const question = fc.array(word, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(vocabulary, fc.array(question, { minLength: 1, maxLength: 4 }), (each, questions) => {
      const index = indexOf(each);
      for (const text of questions) compare(text, index);
    }),
  );
});

test('words that are alike are found without comparing with all', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', '1'), minLength: 1, maxLength: 8 });
  const stem = fc.oneof(letters, fc.constantFrom(...words.map(stemOf), 'load', 'load1', 'load12', 'latancy'));
  fc.assert(
    fc.property(fc.array(stem, { maxLength: 60 }), stem, (stems, asked) => {
      const index = new AlikeIndex();
      for (const each of stems) index.add(each);
      const expected = [...new Set(stems)].filter((each) => alikeness(each, asked) > 0).sort();
      expect(
        index
          .find(asked)
          .map((each) => each.stem)
          .sort(),
        `of ${asked}, which is ${conceptOf(asked)}`,
      ).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('what has not changed is not indexed again', () => {
  const index = indexOf(known);
  expect(indexOf(knownVocabulary(), index)).toBe(index);
  const [first, ...others] = known.metrics;
  expect(indexOf({ ...known, metrics: [{ ...first, help: 'another' }, ...others] }, index)).not.toBe(index);
  const more = new Map(known.values).set('region', ['moon']);
  expect(indexOf({ ...known, values: more }, index)).not.toBe(index);
});
