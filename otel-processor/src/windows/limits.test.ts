import { expect, test } from 'vitest';
import { encodeView, type RawEvent, ViewUnderTest } from './view-harness.suite.ts';

const hit = (k: string, timestampMs: number): RawEvent => ({
  name: 'a',
  timestampMs,
  attributes: { k, n: 1 },
});
const config = {
  name: 'v',
  from: 'a',
  by: ['k'],
  window: { tumbling: '1s' },
  aggregate: { count: {} },
  guarantee: 'complete',
};

test('of a million distinct keys those beyond the limit are counted together, and the keys before them are not disturbed', () => {
  const under = new ViewUnderTest({ ...config, keys_max: 10 });
  const events = Array.from({ length: 1_000_000 }, (_, i) => hit(`k${i}`, 100));
  under.feed([...events, ...events.slice(0, 5)], 500);
  expect(under.view.status()).toMatchObject({ keyCount: 10, overflowCount: 999_990 });
  under.feed([hit('k0', 5000)], 5000);
  const latest = under.latest();
  expect(latest.get('0 v{k=k0}')).toBe(2);
  expect(latest.get('0 v{k=k9}')).toBe(1);
  expect(latest.get('0 v{k=__overflow__}')).toBe(999_990);
  expect(latest.size).toBe(11);
}, 120_000);

test('a view over its size takes no further keys until it has shrunk', () => {
  const under = new ViewUnderTest({ ...config, size_max: '1MB' });
  const many = (prefix: string, timestampMs: number): RawEvent[] =>
    Array.from({ length: 100 }, (_, i) => hit(`${prefix}${i}`, timestampMs));
  for (let n = 0; n < 500; n++) under.feed(many(`a${n}-`, 100), 500);
  const { keyCount, overflowCount, sizeBytes } = under.view.status();
  expect(keyCount + overflowCount).toBe(50_000);
  expect(overflowCount).toBeGreaterThan(10_000);
  expect(sizeBytes).toBeLessThan(1.3e6);
  // This one still finds the view full; it moves the watermark past the window, whose keys go.
  under.feed([hit('x', 3000)], 5000);
  under.feed([hit('x', 4900)], 5000);
  under.feed(many('b', 4950), 5000);
  expect(under.view.status().overflowCount).toBe(overflowCount + 1);
  expect(under.view.status().keyCount).toBe(101);
});

test('what is too late is counted and shown as an example', () => {
  const under = new ViewUnderTest({ ...config, out_of_orderness: '0s' });
  under.feed([hit('x', 5000)], 5000);
  under.feed([hit('x', 100), hit('x', 4999), hit('x', 5001)], 5000);
  expect(under.view.status().tooLateCount).toBe(2);
  expect(under.late).toMatchObject([
    { view: 'v', name: 'a', timestampMs: 100, watermarkMs: 5000, attributes: { k: 'x' } },
    { view: 'v', name: 'a', timestampMs: 4999, watermarkMs: 5000 },
  ]);
});

test('state of another configuration is refused', () => {
  const before = new ViewUnderTest(config);
  before.feed([hit('x', 100)], 500);
  const after = new ViewUnderTest({ ...config, by: [] });
  expect(after.view.decode(encodeView(before.view))).toBe(false);
  expect(new ViewUnderTest({ ...config, keys_max: 5 }).view.decode(encodeView(before.view))).toBe(true);
});
