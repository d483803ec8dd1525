import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { ratioAccount, sumAccount } from './account.ts';
import { expectLeaves } from './expectation.ts';
import { type ChangeInput, explainChange, explainChangeInTurns } from './index.ts';

const labelNames = ['region', 'device', 'version'];
const regions = ['eu', 'us', 'asia'];
const devices = ['ios', 'android', 'web', 'tv'];
const versions = ['1', '2'];
const leaves = regions.flatMap((region) =>
  devices.flatMap((device) => versions.map((version) => [region, device, version])),
);
const options = { limit: 5, labelsMax: 3, dropImplied: false };

/** Ten steps of values around `sizes`, and one more that `change` makes of them. */
function inputOf(
  seed: number,
  change: (leaf: readonly string[], value: number) => number,
  sizes: (leaf: number) => number = (leaf) => 50 + 37 * (leaf % 7),
): ChangeInput {
  const prng = createPrng(seed);
  const step = (): Float64Array =>
    Float64Array.from(leaves, (_, leaf) => sizes(leaf) * (1 + 0.05 * prng.normal()));
  return {
    labelNames,
    leaves,
    history: Array.from({ length: 10 }, step),
    current: step().map((value, leaf) => change(leaves[leaf], value)),
  };
}

function first(input: ChangeInput) {
  const [best] = explainChange(input, options).explanations;
  if (best === undefined) throw new Error('nothing was explained');
  return best;
}

function scaled(input: ChangeInput, factor: number): ChangeInput {
  const times = (column: Float64Array): Float64Array => column.map((value) => value * factor);
  return { ...input, history: input.history.map(times), current: times(input.current) };
}

describe('the cause of a change comes first', () => {
  test('one label', () => {
    const best = first(inputOf(1, ([region], value) => (region === 'eu' ? value * 3 : value)));
    expect(best.labels).toEqual({ region: 'eu' });
    expect(best.share).toBeGreaterThan(0.9);
    expect(best.share).toBeLessThan(1.1);
    expect(best.actual / best.expected).toBeGreaterThan(2.5);
  });

  test('two labels together', () => {
    const best = first(
      inputOf(2, ([region, device], value) => (region === 'us' && device === 'tv' ? value * 3 : value)),
    );
    expect(best.labels).toEqual({ region: 'us', device: 'tv' });
  });

  test('a single leaf', () => {
    const best = first(inputOf(3, (leaf, value) => (leaf.join() === 'asia,web,2' ? value * 10 : value)));
    expect(best.labels).toEqual({ region: 'asia', device: 'web', version: '2' });
  });

  test('a drop, of which something is left or nothing', () => {
    for (const left of [0.3, 0]) {
      const best = first(inputOf(4, ([, device], value) => (device === 'ios' ? value * left : value)));
      expect(best.labels).toEqual({ device: 'ios' });
      expect(best.share).toBeGreaterThan(0.9);
    }
  });

  test('values that may be below zero', () => {
    const input = inputOf(5, ([region], value) => (region === 'eu' ? value * 2 : value));
    const below: ChangeInput = {
      ...input,
      history: input.history.map((column) => column.map((value) => -value)),
      current: input.current.map((value) => -value),
    };
    expect(first(below).labels).toEqual({ region: 'eu' });
  });

  test('something that never was before', () => {
    const input = inputOf(
      6,
      ([region, device]) => (region === 'eu' && device === 'web' ? 7 : 0),
      () => 0,
    );
    const best = first(input);
    expect(best.labels).toEqual({ region: 'eu', device: 'web' });
    expect(best.share).toBeCloseTo(1, 1);
  });

  test('although an earlier step had an incident of its own', () => {
    const input = inputOf(7, ([region], value) => (region === 'eu' ? value * 2 : value));
    input.history[4].forEach((value, leaf) => {
      if (leaves[leaf][1] === 'tv') input.history[4][leaf] = value * 50;
    });
    expect(first(input).labels).toEqual({ region: 'eu' });
  });

  test('of any cause that doubles, whatever the seed', () => {
    const cause = fc.record({
      region: fc.option(fc.constantFrom(...regions), { nil: undefined }),
      device: fc.constantFrom(...devices),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cause, ({ region, device, seed }) => {
        const hit = (leaf: readonly string[]): boolean =>
          leaf[1] === device && (region === undefined || leaf[0] === region);
        const best = first(inputOf(seed, (leaf, value) => (hit(leaf) ? value * 2 : value)));
        expect(best.labels).toEqual(region === undefined ? { device } : { region, device });
      }),
      { numRuns: 50 },
    );
  });
});

describe('ratios', () => {
  const weightsOf = (factor: (leaf: readonly string[]) => number): NonNullable<ChangeInput['weights']> => {
    const base = Float64Array.from(leaves, (_, leaf) => 1000 + 100 * (leaf % 5));
    return {
      history: Array.from({ length: 10 }, () => base.slice()),
      current: base.map((value, leaf) => value * factor(leaves[leaf])),
    };
  };

  test('more traffic with as many errors by request is no cause, more errors are', () => {
    const busier = (leaf: readonly string[]): number => (leaf[0] === 'us' ? 5 : 1);
    const input = inputOf(8, (leaf, value) => value * busier(leaf) * (leaf[1] === 'tv' ? 3 : 1));
    const best = first({ ...input, weights: weightsOf(busier) });
    expect(best.labels).toEqual({ device: 'tv' });
  });

  test('shares of all values of a label add up to the whole change, whatever moved', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.2, max: 5, noNaN: true }), (seed, factor) => {
        const input: ChangeInput = {
          ...inputOf(seed, ([region], value) => (region === 'eu' ? value * factor : value)),
          weights: weightsOf((leaf) => (leaf[1] === 'tv' ? 2 : 1)),
        };
        for (const each of [input, { ...input, weights: undefined }]) {
          const expectation = expectLeaves(each);
          if (expectation === undefined) throw new Error('nothing was expected');
          const account = each.weights === undefined ? sumAccount(expectation) : ratioAccount(expectation);
          const shares = regions.map((region) => account((leaf) => leaves[leaf][0] === region).share);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
        }
      }),
    );
  });
});

describe('laws', () => {
  test('the unit of the values changes nothing', () => {
    const input = inputOf(10, ([region], value) => (region === 'eu' ? value * 2 : value));
    const plain = explainChange(input, options).explanations;
    for (const factor of [1e-9, 1024, 1e12]) {
      const other = explainChange(scaled(input, factor), options).explanations;
      expect(other.map(({ labels }) => labels)).toEqual(plain.map(({ labels }) => labels));
      expect(other[0].surprise).toBeCloseTo(plain[0].surprise, 4);
      expect(other[0].actual).toBeCloseTo(plain[0].actual * factor, -Math.log10(factor) + 4);
    }
  });

  test('the order of the leaves changes nothing', () => {
    const input = inputOf(11, ([, device], value) => (device === 'web' ? value * 2 : value));
    const order = [...leaves.keys()].reverse();
    const turned: ChangeInput = {
      labelNames,
      leaves: order.map((leaf) => leaves[leaf]),
      history: input.history.map((column) => Float64Array.from(order, (leaf) => column[leaf])),
      current: Float64Array.from(order, (leaf) => input.current[leaf]),
    };
    const [a] = explainChange(input, options).explanations;
    const [b] = explainChange(turned, options).explanations;
    expect(b.labels).toEqual(a.labels);
    expect(b.surprise).toBeCloseTo(a.surprise, 9);
  });

  test('in turns the answer is the same', async () => {
    const input = inputOf(12, ([region], value) => (region === 'us' ? value / 2 : value));
    expect(await explainChangeInTurns(input, options)).toEqual(explainChange(input, options));
  });

  test('nothing that changed is nothing to be surprised at', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { explanations } = explainChange(
        inputOf(seed, (_, value) => value),
        options,
      );
      for (const { surprise } of explanations) expect(surprise).toBeLessThan(12);
    }
  });

  test('without a past nothing is expected and nothing explained', () => {
    const input = { ...inputOf(1, (_, value) => value), history: [] };
    const explained = explainChange(input, options);
    expect(explained.expected).toBeNaN();
    expect(explained.explanations).toEqual([]);
  });

  test('absent values, a single step of past and a single leaf are taken as they are', () => {
    const input = inputOf(2, ([region], value) => (region === 'eu' ? value * 4 : value));
    const gap = input.history.map((column, step) => column.map((value) => (step === 3 ? Number.NaN : value)));
    expect(first({ ...input, history: gap }).labels).toEqual({ region: 'eu' });
    expect(first({ ...input, history: input.history.slice(0, 1) }).labels).toEqual({ region: 'eu' });
    const lone = {
      labelNames: ['a'],
      leaves: [['x']],
      history: [Float64Array.of(1)],
      current: Float64Array.of(9),
    };
    const { explanations, actual } = explainChange(lone, options);
    expect(actual).toBe(9);
    expect(explanations.every(({ labels }) => labels['a'] === 'x')).toBe(true);
  });

  test('very many leaves are looked at with fewer labels together, and it is said', () => {
    const names = Array.from({ length: 12 }, (_, i) => `l${i}`);
    const many = Array.from({ length: 8000 }, (_, i) => names.map((_, label) => String((i >> label) % 5)));
    const ones = new Float64Array(many.length).fill(100);
    const current = ones.map((value, i) => (many[i][3] === '1' ? 3 * value : value));
    const history = [ones, ones, ones];
    const explained = explainChange({ labelNames: names, leaves: many, history, current }, options);
    expect(explained.labelsMax).toBeLessThan(3);
    expect(explained.explanations[0].labels).toEqual({ l3: '1' });
  });
});

test('labels that nobody chose: what leaves have in common is said once and whole', () => {
  const names = ['region', 'zone', 'device', 'constant'];
  const rows = regions.flatMap((region) =>
    devices.map((device) => [region, `zone-of-${region}`, device, 'same']),
  );
  const base = Float64Array.from(rows, (_, leaf) => 100 + leaf);
  const input: ChangeInput = {
    labelNames: names,
    leaves: rows,
    history: [base, base.map((value) => value * 1.01), base],
    current: base.map((value, leaf) => (rows[leaf][0] === 'us' ? value * 2 : value)),
  };
  const { explanations } = explainChange(input, { limit: 10, labelsMax: 3 });
  expect(explanations[0].labels).toEqual({ region: 'us', zone: 'zone-of-us' });
  const texts = explanations.map(({ labels }) => JSON.stringify(labels));
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.some((text) => text.includes('constant'))).toBe(false);
});
