import { type Evidence, evidenceOf, inDirection, isSigned } from './evidence.ts';
import type { Expectation } from './expectation.ts';
import type { Partition } from './partitions.ts';
import { total } from './past.ts';
import { Scan, type Scope } from './scan.ts';

/** How unlike each other leaves are that one cause hits. */
export interface EffectModel {
  /** They are hit unequally: by about this part of the logarithm of what multiplied them. */
  readonly variation: number;
  /** However large the effect is, one leaf's own factor varies by no more than 1 / sqrt(this). */
  readonly shapeMin: number;
}

/** Leaves times combinations of labels that are looked at: a tenth of a second of work. */
const VISITS_MAX = 1_000_000;
const SPREAD_MIN = 1e-6;
/** The whole has changed when that is e^3, or 20, times more likely than not: then its parts did so the same way. */
const WHOLE_SURPRISE_MIN = 3;

/** How many labels may be put together so that all combinations can be looked at. */
export function affordableLabels(labelCount: number, leafCount: number, wanted: number): number {
  let combinations = 0;
  let ofSize = 1;
  for (let size = 1; size <= wanted; size++) {
    ofSize = (ofSize * (labelCount - size + 1)) / size;
    combinations += ofSize;
    if (size > 1 && combinations * leafCount > VISITS_MAX) return size - 1;
  }
  return wanted;
}

/**
 * Twice: how much leaves vary depends on the size of the effect, and that is known after the first scan. Yields how many
 * leaves it has visited since it last did.
 */
export function* findScopes(
  expectation: Expectation,
  parted: Iterable<Partition>,
  limit: number,
  { variation, shapeMin }: EffectModel,
): Generator<number, readonly Scope[]> {
  const { actual, expected, noise } = expectation;
  let effect = Math.abs(Math.log((total(actual) + noise.unit) / (total(expected) + noise.unit)));
  if (!Number.isFinite(effect)) effect = 1;
  const all: Partition[] = [];
  let scopes: readonly Scope[] = [];
  for (let round = 0; round < 2; round++) {
    const variance = Math.max(noise.spread, SPREAD_MIN) + (variation * effect) ** 2;
    const evidence = evidenceOf(expectation, Math.max(shapeMin, 1 / variance));
    const scan = new Scan(ofWhole(evidence, expectation), limit);
    for (const partition of round === 0 ? parted : all) {
      if (round === 0) all.push(partition);
      scan.add(partition);
      yield actual.length;
    }
    scopes = scan.best;
    if (scopes.length === 0) break;
    effect = Math.abs(scopes[0].logMultiplier);
  }
  return scopes;
}

/** A cause moves its leaves the way the whole has gone, if the whole has moved. */
function ofWhole(evidence: Evidence, { actual, expected }: Expectation): Evidence {
  // A multiple of what is below zero goes the other way.
  if (isSigned(actual) || isSigned(expected)) return evidence;
  const scan = new Scan(evidence, 1);
  scan.add({ labels: [], parts: new Int32Array(actual.length), count: 1 });
  const [whole] = scan.best;
  if (whole === undefined || whole.evidence < WHOLE_SURPRISE_MIN) return evidence;
  return inDirection(evidence, Math.sign(whole.logMultiplier));
}
