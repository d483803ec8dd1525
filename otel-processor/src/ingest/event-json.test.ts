import { expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import type { EventBatch } from '../model/index.ts';
import { createEventDecoder, eventsConfigSchema } from './index.ts';

const NOW_MS = Date.parse('2026-01-31T12:00:00Z');

function decode(body: unknown, config: object = {}): EventBatch {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const decoded = createEventDecoder(eventsConfigSchema.parse(config)).decodeJson(
    new TextEncoder().encode(text),
    NOW_MS,
  );
  if (isFault(decoded)) throw new Error(decoded.message);
  return decoded;
}

test('an array, one event, and one event a line say the same', () => {
  const event = { name: 'a', timestamp: NOW_MS - 5, attributes: { x: 'y' } };
  const spread = JSON.stringify(event, null, 2);
  for (const body of [[event], JSON.stringify(event), `${JSON.stringify(event)}\n\n`, spread]) {
    const batch = decode(body);
    expect([batch.count, batch.names, batch.timestampsMs[0], batch.columns.get('x')]).toEqual([
      1,
      ['a'],
      NOW_MS - 5,
      ['y'],
    ]);
  }
  expect(decode('{"name":"a"}\n{"name":"b"}').names).toEqual(['a', 'b']);
  expect(decode('').count).toBe(0);
});

test('times are milliseconds or RFC 3339, and now when there is none', () => {
  const { timestampsMs } = decode([
    { name: 'a', timestamp: '2026-01-31T11:59:59.250Z' },
    { name: 'a', timestamp: 12.9 },
    { name: 'a' },
  ]);
  expect([...timestampsMs.subarray(0, 3)]).toEqual([NOW_MS - 750, 12, NOW_MS]);
});

test.each([
  [{ timestamp: 5 }, 'invalid_event'],
  [{ name: '' }, 'invalid_event'],
  [{ name: 'a'.repeat(257) }, 'too_large'],
  [{ name: 'a', id: 'i'.repeat(257) }, 'too_large'],
  [{ name: 'a', source: 's'.repeat(257) }, 'too_large'],
  [{ name: 'a', id: 5 }, 'invalid_event'],
  [{ name: 'a', attributes: [] }, 'invalid_event'],
  [5, 'invalid_event'],
  [{ name: 'a', timestamp: 'yesterday' }, 'invalid_timestamp'],
  [{ name: 'a', timestamp: -5 }, 'invalid_timestamp'],
  [{ name: 'a', timestamp: NOW_MS + 365 * 86_400_000 }, 'too_far_in_future'],
  [{ name: 'a', attributes: { x: {} } }, 'invalid_attribute'],
  [{ name: 'a', attributes: { '': 1 } }, 'invalid_attribute'],
  [{ name: 'a', attributes: { ['x'.repeat(257)]: 1 } }, 'too_large'],
  [{ name: 'a', attributes: { x: 'y'.repeat(10_000_000) } }, 'too_large'],
  [
    { name: 'a', attributes: Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`x${i}`, 1])) },
    'too_large',
  ],
  [{ name: 'pay', attributes: { amount: '5', currency: 'EUR' } }, 'wrong_type'],
  [{ name: 'pay', attributes: { amount: 5 } }, 'schema'],
  [{ name: 'pay', attributes: { amount: 5, currency: 'XXX' } }, 'schema'],
  [{ name: 'pay', attributes: { amount: 5, currency: 'EUR', more: 1 } }, 'unknown_attribute'],
])('%# is refused, and its neighbours are taken', (wrong, reason) => {
  const schemas = {
    pay: {
      closed: true,
      attributes: {
        amount: { type: 'number', required: true },
        currency: { required: true, values: ['EUR', 'USD'] },
      },
    },
  };
  const good = { name: 'pay', attributes: { amount: 1, currency: 'USD' } };
  const batch = decode([good, wrong, good], { schemas });
  expect([...batch.rejections.counts]).toEqual([[reason, 1]]);
  expect([batch.count, batch.pointCount, batch.columns.get('amount')]).toEqual([2, 3, [1, 1]]);
});

test('a body that is not JSON is refused whole, with the line', () => {
  expect(() => decode('{"name":"a"}\n{"name":')).toThrow('line 2 is not valid JSON');
  expect(() => decode('[{"name":"a"}')).toThrow('not valid JSON');
});

test.each([
  ['attributes_max', { attributes_max: 2 }, { a: 1, b: 2 }, { a: 1, b: 2, c: 3 }],
  ['name_length_max', { name_length_max: 4 }, { abcd: 1 }, { abcde: 1 }],
  ['text_length_max', { text_length_max: 4 }, { a: 'wxyz' }, { a: 'vwxyz' }],
])('%s: what is at the limit is taken, what is over it is refused by its name', (limit, config, at, over) => {
  const batch = decode(
    [
      { name: 'e', attributes: at },
      { name: 'e', attributes: over },
    ],
    config,
  );
  expect(batch.count).toBe(1);
  expect([...batch.rejections.examples]).toEqual([['too_large', expect.stringContaining(`events.${limit}`)]]);
});

test('the first hundred refused events are kept as they were sent', () => {
  const wrong = Array.from({ length: 150 }, (_, i) => ({ name: 'a', attributes: { i, x: [] } }));
  const { refused, rejections } = decode(wrong);
  expect(rejections.points).toBe(150);
  expect(refused).toHaveLength(100);
  expect(refused[99]).toEqual({
    reason: 'invalid_attribute',
    message: 'a: x must be a text, a number, true or false',
    name: 'a',
    timestampMs: NOW_MS,
    id: undefined,
    source: undefined,
    attributes: [
      ['i', 99],
      ['x', []],
    ],
  });
});
