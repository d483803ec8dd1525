import type { Labels } from '@statbar/sdk/wire';
import { expect, test } from 'vitest';
import { Counters, systemClock } from '../base/index.ts';
import { ManualClock } from '../base/manual-clock.test-support.ts';
import { indexOf } from '../words/index.ts';
import { defaultVocabularyOptions, VocabularySource } from './vocabulary-source.ts';

const named = (...names: readonly string[]): Labels[] => names.map((name) => ({ __name__: name, job: 'a' }));

interface Asked {
  readonly answer: (series: readonly Labels[]) => void;
  readonly fail: () => void;
}

/** A source whose questions to the service the test answers. */
function openSource() {
  const clock = new ManualClock();
  const counters = new Counters();
  const asked: Asked[] = [];
  const series = () =>
    new Promise<readonly Labels[]>((resolve, reject) => {
      asked.push({ answer: resolve, fail: () => reject(new Error('away')) });
    });
  const query = { series, metadata: async () => ({}) };
  return { clock, counters, asked, source: new VocabularySource({ query, clock, counters }) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const namesOf = (index: { readonly metrics: readonly { readonly name: string }[] }) =>
  index.metrics.map(({ name }) => name);

test('the index that is there serves until the next one is', async () => {
  const { clock, asked, source } = openSource();
  const first = source.index();
  asked[0].answer(named('old'));
  expect(namesOf(await first)).toEqual(['old']);
  await clock.advance(defaultVocabularyOptions.keptMs + 1);
  // Answers at once, although nothing has come; and asks only once.
  expect(namesOf(await source.index())).toEqual(['old']);
  expect(namesOf(await source.index())).toEqual(['old']);
  expect(asked).toHaveLength(2);
  asked[1].answer(named('old', 'new'));
  await settled();
  expect(namesOf(await source.index())).toEqual(['old', 'new']);
});

test('one that is very old does not serve any more', async () => {
  const { clock, asked, source } = openSource();
  const first = source.index();
  asked[0].answer(named('old'));
  await first;
  await clock.advance(defaultVocabularyOptions.servedMs + 1);
  const next = source.index();
  asked[1].answer(named('new'));
  expect(namesOf(await next)).toEqual(['new']);
});

test('a failure is not kept, and counted where nobody waits for it', async () => {
  const { clock, counters, asked, source } = openSource();
  const first = source.index();
  asked[0].fail();
  await expect(first).rejects.toThrow('away');
  const second = source.index();
  asked[1].answer(named('there'));
  await second;
  await clock.advance(defaultVocabularyOptions.keptMs + 1);
  await source.index();
  asked[2].fail();
  await settled();
  expect(Object.keys(counters.snapshot())).toEqual([
    'statbar_chat_vocabulary_failures_total{reason="served_an_old_one"}',
  ]);
  expect(namesOf(await source.index())).toEqual(['there']);
  expect(asked).toHaveLength(4);
});

test('others have their turn while very many metrics are indexed, and the index is the same', async () => {
  const series = Array.from(
    { length: 30_000 },
    (_, i): Labels => ({
      __name__: `service_${i % 97}_requests_${i}_total`,
      job: `job-${i % 50}`,
      instance: `host-${i}.example:9090`,
    }),
  );
  const query = { series: async () => series, metadata: async () => ({}) };
  const source = new VocabularySource({ query, clock: systemClock, counters: new Counters() });
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; turns++) await settled();
  })();
  const index = await source.index();
  isOver = true;
  await others;
  expect(turns).toBeGreaterThan(5);
  const whole = indexOf({ metrics: index.metrics, values: index.values });
  expect(index.metrics).toEqual(whole.metrics);
  for (const phrase of ['host 7', 'job 3', 'host 29999', 'nothing']) {
    expect(index.valuesFor(phrase)).toEqual(whole.valuesFor(phrase));
  }
  expect(index.rarity('service')).toBe(whole.rarity('service'));
  expect(index.search.idOf('service_0_requests_0_total')).toBe(0);
});
