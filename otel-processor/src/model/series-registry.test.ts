import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelSet, SeriesRegistry } from './index.ts';

const labelSet = fc
  .dictionary(fc.constantFrom('__name__', 'a', 'b', 'c'), fc.constantFrom('1', '2', '3', '4'), { minKeys: 1 })
  .map((record) => LabelSet.from(record));

test('the registry is a map from label set to id, through additions and removals', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ add: labelSet }) },
    { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const registry = new SeriesRegistry();
      const model = new Map<string, { id: number; labels: LabelSet }>();
      for (const each of steps) {
        if ('add' in each) {
          const id = registry.getOrCreate(each.add);
          const known = model.get(each.add.key);
          if (known !== undefined) expect(id).toBe(known.id);
          else {
            expect([...model.values()].some((other) => other.id === id)).toBe(false);
            model.set(each.add.key, { id, labels: each.add });
          }
        } else if (model.size > 0) {
          const [key, victim] = [...model][each.remove % model.size];
          const before = registry.generation;
          registry.remove([victim.id]);
          expect(registry.generation).not.toBe(before);
          model.delete(key);
          expect(registry.find(victim.labels)).toBeUndefined();
        }
      }
      expect(registry.size).toBe(model.size);
      for (const { id, labels } of model.values()) {
        expect(registry.find(labels)).toBe(id);
        expect(registry.labels(id).equals(labels)).toBe(true);
      }
    }),
  );
});

test('ten thousand series keep their ids apart, and strings go when no series needs them', () => {
  const registry = new SeriesRegistry();
  const ids = Array.from({ length: 10_000 }, (_, i) =>
    registry.getOrCreate(LabelSet.from({ __name__: 'm', instance: `host-${i}` })),
  );
  expect(new Set(ids).size).toBe(10_000);
  expect(registry.labels(ids[7777]).get('instance')).toBe('host-7777');
  expect(registry.symbols.size).toBe(10_000 + 3);
  registry.remove(ids.slice(1));
  expect(registry.symbols.size).toBe(4);
  expect(registry.labels(ids[0]).get('instance')).toBe('host-0');
});

test('new ids are reported once, restored ones never', () => {
  const registry = new SeriesRegistry();
  registry.restore(5, LabelSet.from({ a: '1' }));
  expect(registry.takeCreated()).toEqual([]);
  const id = registry.getOrCreate(LabelSet.from({ a: '2' }));
  expect(id).toBeLessThan(5);
  expect(registry.takeCreated()).toEqual([id]);
  expect(registry.takeCreated()).toEqual([]);
  expect(registry.getOrCreate(LabelSet.from({ a: '1' }))).toBe(5);
});
