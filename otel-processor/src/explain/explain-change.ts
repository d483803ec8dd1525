import type { Explanation } from '../model/index.ts';
import { evidenceOf, LOG_MULTIPLIERS } from './evidence.ts';
import { type Expectation, expectLeaves } from './expectation.ts';
import { codeLabels } from './label-codes.ts';
import { type Partition, partitions } from './partitions.ts';
import { total } from './past.ts';
import { Scan, type Scope } from './scan.ts';
import { commonLabels, distinctScopes, ownLabels } from './scope-labels.ts';
import type { ChangeExplanation, ChangeInput, ExplainOptions } from './types.ts';

/** How unlike each other leaves are that one cause hits. */
export interface EffectModel {
  /** They are hit unequally: by about this part of the logarithm of what multiplied them. */
  readonly variation: number;
  /** However large the effect is, one leaf's own factor varies by no more than 1 / sqrt(this). */
  readonly shapeMin: number;
}

const defaultModel: EffectModel = { variation: 1 / 3, shapeMin: 4 };
/** Leaves times combinations of labels that are looked at: a tenth of a second of work. */
const VISITS_MAX = 1_500_000;
/** Ways to describe the same leaves that are looked through to find others. */
const EQUALS_MAX = 8;
const SPREAD_MIN = 1e-6;
/** The whole has changed when that is e^3, or 20, times more likely than not: then its parts did so the same way. */
const WHOLE_SURPRISE_MIN = 3;

/**
 * Which label values, alone or combined, account for a change. A cause is taken to multiply what all leaves of some
 * label values have by one factor and to leave the others alone; the account that makes the present most likely comes
 * first. `surprise` is the logarithm of how much more likely that is than no change there.
 */
export function explainChange(
  input: ChangeInput,
  options: ExplainOptions,
  model: EffectModel = defaultModel,
): ChangeExplanation {
  const kind = input.weights === undefined ? 'sum' : 'ratio';
  const expectation = expectLeaves(input);
  if (expectation === undefined) {
    return { kind, expected: Number.NaN, actual: actualTotal(input), labelsMax: 0, explanations: [] };
  }
  const { limit, dropImplied = true } = options;
  const labels = codeLabels(input.labelNames, input.leaves, dropImplied);
  const labelsMax = affordableLabels(labels.length, input.leaves.length, options.labelsMax);
  const wanted = dropImplied ? limit * EQUALS_MAX : limit;
  const found = findScopes(expectation, [...partitions(labels, labelsMax, dropImplied)], wanted, model);
  const scopes = dropImplied ? distinctScopes(found).slice(0, limit) : found;
  const describe = kind === 'sum' ? sumAccount(expectation) : ratioAccount(expectation);
  const whole = describe(() => true);
  return {
    kind,
    expected: whole.expected,
    actual: whole.actual,
    labelsMax,
    explanations: scopes.map((scope) => ({
      labels: dropImplied ? commonLabels(scope, input) : ownLabels(scope, input, labels),
      surprise: scope.evidence,
      ...describe((leaf) => scope.partition.parts[leaf] === scope.part),
    })),
  };
}

/** How many labels may be put together so that all combinations can be looked at. */
function affordableLabels(labelCount: number, leafCount: number, wanted: number): number {
  let combinations = 0;
  let ofSize = 1;
  for (let size = 1; size <= wanted; size++) {
    ofSize = (ofSize * (labelCount - size + 1)) / size;
    combinations += ofSize;
    if (size > 1 && combinations * leafCount > VISITS_MAX) return size - 1;
  }
  return wanted;
}

/** Twice: how much leaves vary depends on the size of the effect, and that is known after the first scan. */
function findScopes(
  expectation: Expectation,
  parted: readonly Partition[],
  limit: number,
  { variation, shapeMin }: EffectModel,
): readonly Scope[] {
  const { actual, expected, noise } = expectation;
  let effect = Math.abs(Math.log((total(actual) + noise.unit) / (total(expected) + noise.unit)));
  if (!Number.isFinite(effect)) effect = 1;
  let scopes: readonly Scope[] = [];
  for (let round = 0; round < 2; round++) {
    const variance = Math.max(noise.spread, SPREAD_MIN) + (variation * effect) ** 2;
    const evidence = evidenceOf(expectation, Math.max(shapeMin, 1 / variance));
    const scan = new Scan(evidence, multipliersOfWhole(evidence, expectation), limit);
    for (const partition of parted) scan.add(partition);
    scopes = scan.best;
    if (scopes.length === 0) break;
    effect = Math.abs(scopes[0].logMultiplier);
  }
  return scopes;
}

/** Indices of the multipliers that a cause may have: those in the direction in which the whole has gone, if it has. */
function multipliersOfWhole(evidence: Float64Array, { actual, expected }: Expectation): readonly number[] {
  const all = LOG_MULTIPLIERS.map((_, m) => m);
  // A multiple of what is below zero goes the other way.
  if (actual.some((value) => value < 0) || expected.some((value) => value < 0)) return all;
  const everything = { labels: [], parts: new Int32Array(actual.length), count: 1 };
  const scan = new Scan(evidence, all, 1);
  scan.add(everything);
  const [whole] = scan.best;
  if (whole === undefined || whole.evidence < WHOLE_SURPRISE_MIN) return all;
  return all.filter((m) => Math.sign(LOG_MULTIPLIERS[m]) === Math.sign(whole.logMultiplier));
}

/** What the leaves that are taken come to, and their part in the change of the whole. */
type Account = (taken: (leaf: number) => boolean) => Pick<Explanation, 'share' | 'expected' | 'actual'>;

function sumAccount({ actual, expected }: Expectation): Account {
  const change = total(actual) - total(expected);
  return (taken) => {
    const now = sumOf(actual, taken);
    const before = sumOf(expected, taken);
    return { expected: before, actual: now, share: (now - before) / change };
  };
}

/**
 * A ratio moves when the ratios of its parts do, and when weight moves to parts whose ratio is another. Both are in
 * what a part's distance from the old whole, times its part of the weight, has changed by: of all parts it adds up to
 * the change.
 */
function ratioAccount(expectation: Expectation): Account {
  const { actual, weights, valuesBefore, weightsBefore } = expectation;
  const weightNow = total(weights);
  const weightBefore = total(weightsBefore);
  const whole = total(valuesBefore) / weightBefore;
  const change = total(actual) / weightNow - whole;
  return (taken) => {
    const valueThen = sumOf(valuesBefore, taken);
    const weightThen = sumOf(weightsBefore, taken);
    const valueNow = sumOf(actual, taken);
    const weightThere = sumOf(weights, taken);
    const moved =
      (valueNow - whole * weightThere) / weightNow - (valueThen - whole * weightThen) / weightBefore;
    return { expected: valueThen / weightThen, actual: valueNow / weightThere, share: moved / change };
  };
}

function sumOf(values: Float64Array, taken: (leaf: number) => boolean): number {
  let sum = 0;
  for (let leaf = 0; leaf < values.length; leaf++) if (taken(leaf)) sum += values[leaf];
  return sum;
}

function actualTotal({ current, weights }: ChangeInput): number {
  return weights === undefined ? total(current) : total(current) / total(weights.current);
}
