import { createPrng } from '../../../otel-processor/src/base/index.ts';
import type { AttributionCase } from './attribution-cases.ts';

/** How a made-up system behaves, and what happens to it. */
export interface ChangeKind {
  readonly name: string;
  /** What a leaf has, typically. */
  readonly size: number;
  /** By how much leaves scatter, relative to what they have, when nothing happens. */
  readonly scatter: number;
  /** What a cause multiplies its leaves by, from and to. */
  readonly effect: readonly [number, number];
  /** By how much that differs from leaf to leaf, relative to its logarithm. */
  readonly variation: number;
  /** Values count events, that come at random. */
  readonly counts: boolean;
  /** A ratio of two sums instead of one sum. */
  readonly ratio: boolean;
}

export const changeKinds: readonly ChangeKind[] = [
  {
    name: 'small change of a steady ratio',
    size: 1000,
    scatter: 0.02,
    effect: [1.15, 1.4],
    variation: 0.1,
    counts: true,
    ratio: true,
  },
  {
    name: 'noisy ratio',
    size: 100,
    scatter: 0.15,
    effect: [1.5, 3],
    variation: 0.1,
    counts: true,
    ratio: true,
  },
  { name: 'rare events', size: 2, scatter: 0.1, effect: [3, 8], variation: 0.1, counts: true, ratio: true },
  { name: 'drop', size: 100, scatter: 0.1, effect: [0.1, 0.6], variation: 0.1, counts: true, ratio: true },
  { name: 'bytes', size: 1e9, scatter: 0.1, effect: [1.3, 2], variation: 0.1, counts: false, ratio: false },
  {
    name: 'sum of counts',
    size: 50,
    scatter: 0.05,
    effect: [1.3, 2],
    variation: 0.1,
    counts: true,
    ratio: false,
  },
  {
    name: 'unequal effect',
    size: 100,
    scatter: 0.05,
    effect: [2, 4],
    variation: 0.3,
    counts: true,
    ratio: true,
  },
];

const STEPS = 11;
const LABELS = ['a', 'b', 'c', 'd'];
const VALUES = [3, 4, 6, 8];
/** Of all combinations of label values, those that exist. */
const DENSITY = 0.7;

/** Seeded: four labels, some hundred leaves of very unequal size, one cause of one to three labels. */
export function syntheticCases(kind: ChangeKind, seed: number, count: number): AttributionCase[] {
  const random = randomness(seed);
  return Array.from({ length: count }, (_, i) => makeCase(kind, random, `${kind.name} ${i}`));
}

type Randomness = ReturnType<typeof randomness>;

function randomness(seed: number) {
  const prng = createPrng(seed);
  const uniform = (): number => prng.next();
  const normal = (): number => prng.normal();
  const poisson = (mean: number): number => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let count = 0;
    for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) count += 1;
    return count;
  };
  return { uniform, normal, poisson };
}

function makeCase(kind: ChangeKind, random: Randomness, name: string): AttributionCase {
  const { uniform, normal, poisson } = random;
  const leaves = combinations(random);
  const cause = chooseCause(leaves, uniform);
  const [from, to] = kind.effect;
  const logEffect = Math.log(from) + uniform() * Math.log(to / from);
  const popularity = LABELS.map(() => new Map<string, number>());
  const values: Float64Array[] = Array.from({ length: STEPS }, () => new Float64Array(leaves.length));
  const weights: Float64Array[] = Array.from({ length: STEPS }, () => new Float64Array(leaves.length));
  leaves.forEach((leaf, i) => {
    let logSize = 0.3 * normal();
    leaf.forEach((value, label) => {
      const known = popularity[label].get(value) ?? 0.7 * normal();
      popularity[label].set(value, known);
      logSize += known;
    });
    const hit = Object.entries(cause).every(([label, value]) => leaf[LABELS.indexOf(label)] === value);
    const factor = hit ? Math.exp(logEffect * (1 + kind.variation * normal())) : 1;
    const base = kind.size * Math.exp(logSize);
    const rate = 0.03 * Math.exp(0.5 * normal());
    for (let step = 0; step < STEPS; step++) {
      const mean = base * Math.exp(kind.scatter * normal()) * (step === STEPS - 1 ? factor : 1);
      values[step][i] = kind.counts ? poisson(mean) : mean;
      weights[step][i] = (base / rate) * Math.exp(0.05 * normal());
    }
  });
  const last = STEPS - 1;
  const ratio = { history: weights.slice(0, last), current: weights[last] };
  const input = { labelNames: LABELS, leaves, history: values.slice(0, last), current: values[last] };
  return { name, causes: [cause], input: kind.ratio ? { ...input, weights: ratio } : input };
}

function combinations({ uniform }: Randomness): string[][] {
  const sizes = VALUES.map((size) => Math.max(2, Math.round(size * (0.6 + 0.8 * uniform()))));
  let rows: string[][] = [[]];
  sizes.forEach((size, label) => {
    rows = rows.flatMap((row) =>
      Array.from({ length: size }, (_, value) => [...row, `${LABELS[label]}${value}`]),
    );
  });
  return rows.filter(() => uniform() < DENSITY);
}

function chooseCause(leaves: readonly (readonly string[])[], uniform: () => number): Record<string, string> {
  const example = leaves[Math.floor(uniform() * leaves.length)];
  const shuffled = LABELS.map((label, i) => ({ label, value: example[i], order: uniform() })).sort(
    (a, b) => a.order - b.order,
  );
  const depth = 1 + Math.floor(uniform() * 3);
  return Object.fromEntries(shuffled.slice(0, depth).map(({ label, value }) => [label, value]));
}
