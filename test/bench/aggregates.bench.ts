import { createPrng } from '../../otel-processor/src/base/index.ts';
import { EventBatch } from '../../otel-processor/src/model/index.ts';
import { View, viewConfigSchema } from '../../otel-processor/src/windows/index.ts';
import { alternate, cpuRates, measure, type Reading } from './harness.ts';
import { type Figure, figure, publish, single } from './report.ts';

/**
 * Every statistic by itself: a tumbling view by one key of text, over events that are in memory as columns already. What
 * `count` costs is mostly the key and the window; the others are to be held against it. Memory is the view's own count
 * of its state: with one open slice per key, and with sixty slices per key of which all but the newest are packed.
 */
const ROUNDS = 3;
const BATCH_SIZE = 1000;
const EVENT_COUNT = 200_000;
const KEY_COUNT = 200;

const statistics: Readonly<Record<string, object>> = {
  count: {},
  sum: { of: 'n' },
  avg: { of: 'n' },
  min: { of: 'n' },
  max: { of: 'n' },
  first: { of: 'n' },
  last: { of: 'n' },
  rate: {},
  stddev: { of: 'n' },
  quantiles: { of: 'n' },
  distinct: { of: 'user' },
  top: { of: 'item' },
  histogram: { of: 'n', bounds: [1, 3, 10, 30, 100, 300, 1000, 3000] },
  compare: { variant: 'variant', of: 'n' },
  funnel: {},
  retention: { of: 'user', every: '10s' },
};

function generate(eventCount: number, perSecond: number): EventBatch[] {
  const prng = createPrng(5);
  const texts = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const [keys, users, items] = [texts('key-', KEY_COUNT), texts('user-', 20_000), texts('item-', 500)];
  const batches: EventBatch[] = [];
  for (let at = 0; at < eventCount; at += BATCH_SIZE) {
    const batch = new EventBatch(BATCH_SIZE);
    for (let i = at; i < at + BATCH_SIZE; i++) {
      const user = prng.integer(0, users.length);
      batch.add(i % 10 === 0 ? 'signup' : 'visit', 600_000 + Math.floor((i / perSecond) * 1000), 'source');
      batch.set('key', keys[user % KEY_COUNT]);
      batch.set('user', users[user]);
      batch.set('item', items[Math.floor(items.length * prng.next() ** 3)]);
      batch.set('variant', user % 2 === 0 ? 'a' : 'b');
      batch.set('n', Math.round(Math.exp(prng.normal()) * 100));
    }
    batches.push(batch);
  }
  return batches;
}

function viewOf(name: string, window: object): View {
  const config = {
    name: 'v',
    from: ['visit', 'signup'],
    by: ['key'],
    window: name === 'funnel' ? { session: { gap: '10s', key: 'user', every: '1m' } } : window,
    aggregate: { [name]: statistics[name] },
    guarantee: 'complete',
  };
  return new View(viewConfigSchema.parse(config), {
    emit: (result) => result.each(() => {}),
    tooLate: () => {},
  });
}

function feed(view: View, batches: readonly EventBatch[]): View {
  for (const batch of batches) {
    const newestMs = batch.timestampsMs[batch.count - 1];
    view.consume(batch);
    view.observe('source', newestMs, newestMs);
    view.advance(newestMs);
  }
  return view;
}

const events = generate(EVENT_COUNT, 5000);
const tumbling = { tumbling: '20s' };
const windowOf = (name: string): object =>
  name === 'retention' ? { sliding: '20s', slide: '10s' } : tumbling;
const readings = await alternate(
  Object.keys(statistics).map((name) => ({
    name,
    round: (): Promise<Reading> =>
      measure(() => {
        feed(viewOf(name, windowOf(name)), events);
        return EVENT_COUNT;
      }),
  })),
  ROUNDS,
);

/** 20 events per key and slice of a second. */
const minute = generate(59_000 * 4, 4000);

function memoryOf(name: string): Figure[] {
  // Their state is sessions and users, not slices.
  if (name === 'funnel' || name === 'retention') return [];
  const open = feed(viewOf(name, { tumbling: '10m' }), minute.slice(0, 4)).status();
  const sliding = feed(viewOf(name, { sliding: '1m', slide: '1s' }), minute).status();
  const perKey = ({ sizeBytes, keyCount }: typeof open): number => sizeBytes / keyCount;
  const of = (slices: string, what: string, value: number): Figure =>
    single(`aggregates/${name}/${slices}`, `${name}: ${what}`, 'bytes per key', value);
  return [
    of('open-slice', 'one open slice of 20 events per key', perKey(open)),
    of('sixty-slices', '60 slices of 20 events per key, packed', perKey(sliding)),
  ];
}

publish('aggregates', [
  ...Object.keys(statistics).map((name) =>
    figure(
      `aggregates/${name}`,
      `${name}: events of one view`,
      'events/CPU-s',
      cpuRates(readings.get(name)!),
    ),
  ),
  ...Object.keys(statistics).flatMap(memoryOf),
]);
