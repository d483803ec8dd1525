import { describe, expect, test } from 'vitest';
import { createPrng } from '../base/index.ts';
import { type ResidualSignal, relatedSignals } from './index.ts';

const STEPS = 71;
const onsetStep = 60;
const options = {
  startMs: 0,
  stepMs: 1000,
  onsetMs: onsetStep * 1000,
  episodesFromMs: -1_000_000,
  leadStepsMax: 10,
  correlationMin: 0.5,
  limit: 10,
};

/** Noise that jumps by ten at a step. */
function signalOf(name: string, seed: number, jumpStep: number, jump = 10): ResidualSignal {
  const prng = createPrng(seed);
  const residuals = Float64Array.from(
    { length: STEPS },
    (_, i) => prng.normal() + (i >= jumpStep ? jump : 0),
  );
  return { signal: name, labels: { name }, residuals, episodes: [] };
}

const target = signalOf('target', 1, onsetStep);

describe('related signals', () => {
  test('those that moved with it, the first to move first; noise is none', () => {
    const related = relatedSignals(
      target,
      [
        signalOf('after', 2, onsetStep + 4),
        signalOf('noise', 3, STEPS),
        signalOf('before', 4, onsetStep - 5),
        signalOf('with', 5, onsetStep),
      ],
      options,
    );
    expect(related.map(({ signal }) => signal)).toEqual(['before', 'with', 'after']);
    // Noise moves the best fit by a step at most.
    const leads = [5000, 0, -4000];
    for (const [i, { leadMs }] of related.entries())
      expect(Math.abs(leadMs - leads[i])).toBeLessThanOrEqual(1000);
    for (const { correlation, onsetMs, lift } of related) {
      expect(correlation).toBeGreaterThan(0.5);
      expect(onsetMs).toBeNull();
      expect(lift).toBeNull();
    }
  });

  test('one that goes down when it goes up correlates below zero', () => {
    const [related] = relatedSignals(target, [signalOf('down', 2, onsetStep, -10)], options);
    expect(related.correlation).toBeLessThan(-0.5);
  });

  test('one that began to deviate about then is related whatever its residuals, and its onset is its own', () => {
    const noise = signalOf('noise', 3, STEPS);
    const near = { ...noise, episodes: [{ startMs: onsetStep * 1000 - 3000, endMs: null }] };
    const far = { ...noise, episodes: [{ startMs: onsetStep * 1000 - 30_000, endMs: 40_000 }] };
    const related = relatedSignals(target, [near, far], options);
    expect(related).toHaveLength(1);
    expect(related[0]).toMatchObject({ onsetMs: 57_000, leadMs: 3000 });
  });

  test('lift says how often episodes come together against chance', () => {
    const starts = [-900_000, -600_000, -300_000];
    const often = { ...target, episodes: starts.map((startMs) => ({ startMs, endMs: startMs + 5000 })) };
    const same = {
      ...signalOf('same', 2, onsetStep),
      episodes: starts.map((startMs) => ({ startMs: startMs + 1000, endMs: null })),
    };
    const never = { ...signalOf('never', 4, onsetStep), episodes: [{ startMs: -450_000, endMs: null }] };
    const related = relatedSignals(often, [same, never], options);
    const liftOf = (name: string): number | null | undefined =>
      related.find(({ signal }) => signal === name)?.lift;
    expect(liftOf('same')).toBeGreaterThan(10);
    expect(liftOf('never')).toBe(0);
  });

  test('absent values are left out; with few values left nothing is said', () => {
    const gaps = signalOf('gaps', 2, onsetStep);
    gaps.residuals.fill(Number.NaN, 0, 30);
    expect(relatedSignals(target, [gaps], options)).toHaveLength(1);
    gaps.residuals.fill(Number.NaN, 0, STEPS - 5);
    expect(relatedSignals(target, [gaps], options)).toEqual([]);
  });

  test('a giant value is not the whole correlation', () => {
    const a = signalOf('a', 6, STEPS);
    const b = signalOf('b', 7, STEPS);
    a.residuals[30] = 1e9;
    b.residuals[30] = 1e9;
    expect(relatedSignals(a, [b], options)).toEqual([]);
  });

  test('of several series of one signal the closest', () => {
    const faint = signalOf('errors', 2, onsetStep, 3);
    const clear = { ...signalOf('errors', 3, onsetStep, 10), labels: { region: 'eu' } };
    const related = relatedSignals(target, [faint, clear, { ...faint, labels: {} }], options);
    expect(related.map(({ labels }) => labels)).toEqual([{ region: 'eu' }]);
  });

  test('at most as many as wanted, the most related ones', () => {
    const many = Array.from({ length: 20 }, (_, i) => signalOf(`s${i}`, 10 + i, onsetStep, i === 7 ? 10 : 3));
    const related = relatedSignals(target, many, { ...options, limit: 3 });
    expect(related).toHaveLength(3);
    expect(related.map(({ signal }) => signal)).toContain('s7');
  });
});
