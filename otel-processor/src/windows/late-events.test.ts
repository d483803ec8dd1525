import { expect, test } from 'vitest';
import { EventBatch } from '../model/index.ts';
import { viewConfigSchema } from './config.ts';
import { LateEvents } from './late-events.ts';
import { View } from './view.ts';
import type { LateEvent } from './view-types.ts';

test('a view keeps its last late events, however many another one has', () => {
  const late = new LateEvents(2);
  const event = (view: string, timestampMs: number): LateEvent => ({
    ...{ view, timestampMs, name: 'e', source: '', watermarkMs: 9, attributes: {} },
  });
  late.note(event('quiet', 1));
  for (let i = 2; i < 100; i++) late.note(event('busy', i));
  expect(late.list().map(({ view, timestampMs }) => [view, timestampMs])).toEqual([
    ['quiet', 1],
    ['busy', 98],
    ['busy', 99],
  ]);
});

test('an event that is too late is told with its source and attributes', () => {
  const late: LateEvent[] = [];
  const config = { name: 'v', from: 'e', window: { tumbling: '1s' }, aggregate: { count: {} } };
  const view = new View(viewConfigSchema.parse(config), {
    emit: () => {},
    tooLate: (event) => late.push(event),
  });
  const send = (timestampMs: number): void => {
    const batch = new EventBatch();
    batch.add('e', timestampMs, 'web');
    batch.set('region', 'eu');
    batch.set('n', timestampMs);
    view.consume(batch);
    view.observe('web', timestampMs, 100_000);
    view.advance(100_000);
  };
  send(60_000);
  send(5000);
  expect(late).toEqual([
    {
      view: 'v',
      name: 'e',
      source: 'web',
      timestampMs: 5000,
      watermarkMs: 59_000,
      attributes: { region: 'eu', n: 5000 },
    },
  ]);
  expect(view.status().tooLateCount).toBe(1);
});
