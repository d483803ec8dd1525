import { explainChange } from '../explain/index.ts';
import { type Explanation, METRIC_NAME } from '../model/index.ts';
import type { Family, SignalSeat } from './family.ts';
import type { FamilyAccount } from './family-episode.ts';
import type { Leaf } from './leaf.ts';
import { RECENT_STEPS } from './recent-steps.ts';

/** Leaves that an account looks at; of more, those that changed most. */
const LEAVES_MAX = 2000;
const ACCOUNTS = 5;
/** Labels that one account may put together. */
const LABELS_TOGETHER = 3;
/** Steps right before the episode may be part of it already. */
const MARGIN_STEPS = 1;
/** This part of the change must share a label value for it to be named. */
const SHARED = 0.9;

interface LeafChange {
  readonly leaf: Leaf;
  readonly history: Float64Array;
  readonly current: number;
  /** Current value less the mean of the history. */
  readonly change: number;
}

/**
 * Which label values account for what a family's signal does: its leaves now against their last steps before the
 * episode. The labels that nearly all of the change has in common are named with the best account too, even those that
 * it does not need to tell the series apart: a person wants to know all that is common.
 */
export function explainFamily(family: Family, seat: SignalSeat, startMs: number): FamilyAccount {
  const changes = changesOf(family, seat, startMs);
  const labelNames = distinctLabels(changes);
  const explanation = accounts(changes, labelNames);
  const [best] = explanation;
  const concerned = best === undefined ? changes : changes.filter(({ leaf }) => matches(leaf, best.labels));
  const labels = { ...best?.labels, ...sharedLabels(concerned, labelNames) };
  const first = best === undefined ? [] : [{ ...best, labels }];
  return { labels, jobs: jobsOf(concerned), explanation: [...first, ...explanation.slice(1)] };
}

function changesOf(family: Family, { signal, part }: SignalSeat, startMs: number): LeafChange[] {
  const lastStep = Math.floor(startMs / signal.stepMs) - 1 - MARGIN_STEPS;
  const steps = RECENT_STEPS - MARGIN_STEPS - 2;
  // Accounts of counts are sharper than those of rates: it is known how much counts vary.
  const scale = family.kind === 'counter' ? signal.stepMs / 1000 : 1;
  const changes = family.leaves.map((leaf): LeafChange => {
    const history = new Float64Array(steps).fill(Number.NaN);
    const own = leaf.signals.at(part);
    let sum = 0;
    let count = 0;
    for (let i = 0; i < steps; i++) {
      const value = own === undefined ? Number.NaN : own.recentValue(lastStep - steps + 1 + i) * scale;
      history[i] = value;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    const current = leaf.values[part] * scale;
    return { leaf, history, current, change: (current || 0) - (count === 0 ? 0 : sum / count) };
  });
  if (changes.length <= LEAVES_MAX) return changes;
  return changes.sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, LEAVES_MAX);
}

/** Labels that tell leaves apart at all. */
function distinctLabels(changes: readonly LeafChange[]): string[] {
  const first = new Map<string, string>();
  const distinct = new Set<string>();
  const seen = new Map<string, number>();
  for (const { leaf } of changes) {
    for (const [name, value] of leaf.labels) {
      if (name === METRIC_NAME) continue;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      const other = first.get(name);
      if (other === undefined) first.set(name, value);
      else if (other !== value) distinct.add(name);
    }
  }
  for (const [name, count] of seen) if (count < changes.length) distinct.add(name);
  return [...distinct].sort();
}

function accounts(changes: readonly LeafChange[], labelNames: readonly string[]): readonly Explanation[] {
  if (changes.length < 2 || labelNames.length === 0) return [];
  const steps = changes[0].history.length;
  const history: Float64Array[] = [];
  for (let step = 0; step < steps; step++) {
    const row = Float64Array.from(changes, (change) => change.history[step]);
    if (row.some((value) => !Number.isNaN(value))) history.push(row);
  }
  const input = {
    labelNames,
    leaves: changes.map(({ leaf }) => labelNames.map((name) => leaf.labels.get(name) ?? '')),
    history,
    current: Float64Array.from(changes, ({ current }) => current),
  };
  return explainChange(input, { limit: ACCOUNTS, labelsMax: LABELS_TOGETHER }).explanations;
}

function matches(leaf: Leaf, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => (leaf.labels.get(name) ?? '') === value);
}

/** Label values that nearly all of the change has, in the direction that most of it goes. */
function sharedLabels(changes: readonly LeafChange[], labelNames: readonly string[]): Record<string, string> {
  const up = changes.reduce((sum, { change }) => sum + change, 0) >= 0;
  const weights = changes.map(({ change }) => Math.max(0, up ? change : -change));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const shared: Record<string, string> = {};
  if (!(whole > 0)) return shared;
  for (const name of labelNames) {
    const byValue = new Map<string, number>();
    changes.forEach(({ leaf }, i) => {
      const value = leaf.labels.get(name);
      if (value !== undefined) byValue.set(value, (byValue.get(value) ?? 0) + weights[i]);
    });
    for (const [value, weight] of byValue) if (weight >= SHARED * whole) shared[name] = value;
  }
  return shared;
}

function jobsOf(changes: readonly LeafChange[]): string[] {
  const jobs = new Set<string>();
  for (const { leaf } of changes) {
    const job = leaf.labels.get('job');
    if (job !== undefined) jobs.add(job);
  }
  return [...jobs].sort();
}
