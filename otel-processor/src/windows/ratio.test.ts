import { expect, test } from 'vitest';
import { silentLogger } from '../base/index.ts';
import { viewsConfigSchema } from './index.ts';
import { batchOf } from './view-harness.suite.ts';
import { ViewSet } from './view-set.ts';

test('a ratio divides two views key by key, and leaves out what one of them does not have', () => {
  const common = { by: ['k'], window: { tumbling: '1s' }, aggregate: { count: {} }, guarantee: 'complete' };
  const configs = viewsConfigSchema.parse([
    { ...common, name: 'errors', from: 'error' },
    { ...common, name: 'requests', from: ['request', 'error'] },
    { name: 'error_share', ratio: ['errors', 'requests'] },
  ]);
  const seen: string[] = [];
  const views = new ViewSet(configs, {
    logger: silentLogger,
    nowMs: () => 0,
    tooLate: () => {},
    emit: ({ view, startMs, each }) => {
      if (view !== 'error_share') return;
      each((values, series, _labels, value) => seen.push(`${startMs} ${series} ${values} ${value}`));
    },
  });
  const event = (name: string, timestampMs: number, k: string) => ({ name, timestampMs, attributes: { k } });
  const first = [
    event('error', 1, 'x'),
    event('request', 2, 'x'),
    event('request', 3, 'x'),
    event('request', 4, 'y'),
  ];
  views.consume(batchOf([...first, event('error', 5, 'x')]), 500);
  views.consume(batchOf([event('request', 9000, 'x')]), 9000);
  expect(seen).toEqual(['0 error_share x 0.5']);
});
