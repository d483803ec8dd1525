import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatcher, LabelSet, type Matcher, type MatchType, SeriesRegistry } from '../model/index.ts';
import { Postings } from './postings.ts';
import { selectSeries } from './postings-select.ts';

const anyValue = fc.constantFrom('', 'x', 'y', 'z', 'xy');
const anyLabels = fc.record({ a: anyValue, b: anyValue, c: anyValue, id: fc.nat(30).map(String) });
const anyMatcher = fc.record({
  type: fc.constantFrom<MatchType>('=', '!=', '=~', '!~'),
  name: fc.constantFrom('a', 'b', 'c', 'absent'),
  value: fc.constantFrom('', 'x', 'y', 'x|y', 'x|', '.*', '.+', 'x.*', '[xy]'),
});

function live(registry: SeriesRegistry): number[] {
  return Array.from({ length: registry.idEnd }, (_, id) => id).filter((id) => registry.isLive(id));
}

describe('postings', () => {
  it('select what a look at every series selects, through additions and removals', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(anyLabels, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 6 })), {
          maxLength: 5,
        }),
        fc.array(anyMatcher, { maxLength: 4 }),
        (rounds, descriptions) => {
          const registry = new SeriesRegistry();
          const postings = new Postings(registry, 1);
          for (const [added, removed] of rounds) {
            for (const labels of added) registry.getOrCreate(LabelSet.from(labels));
            for (const id of registry.takeCreated()) postings.add(id);
            const ids = live(registry);
            const gone = [
              ...new Set(removed.map((pick) => ids[pick % ids.length]).filter((id) => id !== undefined)),
            ];
            postings.removeAll(gone);
            registry.remove(gone);
          }
          const matchers = descriptions.map(
            ({ type, name, value }) => createMatcher(type, name, value) as Matcher,
          );
          const expected = live(registry).filter((id) => {
            const labels = registry.labels(id);
            return matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''));
          });
          expect([...selectSeries(registry, postings, matchers)]).toEqual(expected);

          const pairs = new Set(
            live(registry).flatMap((id) => [...registry.labels(id)].map(([n, v]) => `${n}=${v}`)),
          );
          expect(postings.pairCount).toBe(pairs.size);
          const found: string[] = [];
          for (const name of postings.names())
            postings.forEachValue(name, (value) => found.push(`${name}=${value}`));
          expect(found.sort()).toEqual([...pairs].sort());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('hold many pairs of one series each', () => {
    const registry = new SeriesRegistry();
    const postings = new Postings(registry);
    for (let i = 0; i < 100_000; i++) registry.getOrCreate(LabelSet.from({ __name__: 'm', id: String(i) }));
    for (const id of registry.takeCreated()) postings.add(id);
    expect(postings.pairCount).toBe(100_001);
    expect(postings.series('__name__', 'm').length).toBe(100_000);
    expect([...postings.series('id', '77777')]).toEqual([77_777]);
    expect(postings.series('id', 'none').length).toBe(0);
  });
});
