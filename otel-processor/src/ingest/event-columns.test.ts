import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFault } from '../base/index.ts';
import { EventBatch } from '../model/index.ts';
import { decodeEvents, encodeEvents } from './index.ts';

const value = fc.oneof(fc.string(), fc.double(), fc.boolean());
const event = fc.record({
  name: fc.string(),
  timestampMs: fc.nat(),
  source: fc.string(),
  id: fc.option(fc.string(), { nil: undefined }),
  attributes: fc.dictionary(fc.string({ maxLength: 3 }), value, { maxKeys: 5 }),
});

test('events come back from their columns as they were', () => {
  fc.assert(
    fc.property(fc.array(event), fc.nat(5), (events, refused) => {
      const batch = new EventBatch(1);
      for (const { name, timestampMs, source, id, attributes } of events) {
        batch.add(name, timestampMs, source);
        if (id !== undefined) batch.setId(id);
        for (const [attribute, each] of Object.entries(attributes)) batch.set(attribute, each);
      }
      batch.pointCount = events.length + refused;
      for (let i = 0; i < refused; i++) batch.rejections.reject(i, 'schema', () => `event ${i}`);
      const back = decodeEvents(encodeEvents(batch));
      if (isFault(back)) throw new Error(back.message);
      const rows = (of: EventBatch) =>
        events.map((_, row) => ({
          name: of.names[row],
          source: of.sources[row],
          timestampMs: of.timestampsMs[row],
          id: of.ids?.[row],
          attributes: [...of.columns].map(([name, column]) => [name, column[row]]),
        }));
      expect(rows(back)).toEqual(rows(batch));
      expect([back.count, back.pointCount]).toEqual([batch.count, batch.pointCount]);
      expect([back.rejections.points, back.rejections.counts, back.rejections.examples]).toEqual([
        batch.rejections.points,
        batch.rejections.counts,
        batch.rejections.examples,
      ]);
    }),
  );
});

test('bytes that are cut off or of another version are a fault', () => {
  const batch = new EventBatch();
  batch.add('a', 1, 's');
  const bytes = encodeEvents(batch);
  for (let length = 0; length < bytes.length; length++) {
    expect(isFault(decodeEvents(bytes.subarray(0, length))), `${length} bytes`).toBe(true);
  }
  expect(isFault(decodeEvents(Uint8Array.of(9, ...bytes.subarray(1))))).toBe(true);
});
