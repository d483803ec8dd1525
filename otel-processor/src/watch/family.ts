import { type Histogram, LabelSet } from '../model/index.ts';
import {
  createLeaf,
  type Leaf,
  partsOfBuckets,
  partsOfNative,
  quantiles,
  readRates,
  sourceOf,
} from './leaf.ts';
import type { FamilyKind } from './metric-kind.ts';
import { sumOf } from './native-buckets.ts';
import type { SampleTable } from './sample-table.ts';
import type { Signal } from './signal.ts';

/** What a histogram is watched as. */
const histogramParts = ['p50', 'p95', 'p99', 'rate'] as const;
const plainParts = [''] as const;

/** A signal at a look, with the leaf that it belongs to; undefined for a total. */
export interface SignalSeat {
  readonly signal: Signal;
  readonly leaf: Leaf | undefined;
  readonly part: number;
}

/** What a family needs at a look. */
export interface FamilyContext {
  readonly samples: SampleTable;
  readonly lookMs: number;
  readonly windowLooks: number;
  /** Makes the signals of a leaf (undefined: of the total), one per part; empty when there is no room for more. */
  createSignals(family: Family, leaf: Leaf | undefined): readonly Signal[];
  /** A verdict to be written. */
  told(seat: SignalSeat, timeMs: number): void;
  /** A forecast is due. */
  forecast(seat: SignalSeat, timeMs: number): void;
}

/** Leaves between two chances to pause. */
const LEAVES_PER_TURN = 64;
/** Samples of a source that lags behind by so much are no sign that it has stopped. */
const LAG_MS = 60_000;
const CHANGES_KEEP = 0.99;

/** All series of one metric, and the sum of them: what is looked at, explained and alerted on together. */
export class Family {
  readonly name: string;
  readonly kind: FamilyKind;
  readonly parts: readonly string[];
  readonly leaves: Leaf[] = [];
  readonly #leafByKey = new Map<string, Leaf>();
  /** A leaf of each source (job and instance). */
  readonly #leafBySource = new Map<string, Leaf>();
  /** One per part; made when there are two leaves. */
  totals: readonly Signal[] = [];
  readonly totalValues: Float64Array;
  /** Time of the newest sample in the totals. */
  totalMs = Number.NEGATIVE_INFINITY;
  #totalBuckets = new Float64Array(0);
  /** Undefined: none yet; null: leaves have buckets that cannot be added. */
  #totalNative: Histogram | undefined | null;
  /** What a scalar has. */
  readonly noLabels = LabelSet.empty;
  /** Signals whose detector is in an episode, as of the newest look. */
  hot: SignalSeat[] = [];

  constructor(name: string, kind: FamilyKind) {
    this.name = name;
    this.kind = kind;
    this.parts = kind === 'histogram' || kind === 'native' ? histogramParts : plainParts;
    this.totalValues = new Float64Array(this.parts.length);
  }

  /** The name that the derived series of a part begin with. */
  signalName(part: number, total: boolean): string {
    return [this.name, ...(total ? ['sum'] : []), this.parts[part]].filter((text) => text !== '').join(':');
  }

  /** Whether a part is a rate, and not a quantile or whatever a gauge may be. */
  isCount(part: number): boolean {
    return this.kind === 'counter' || (this.kind !== 'gauge' && part === quantiles.length);
  }

  leafOf(labels: LabelSet): Leaf {
    const { key } = labels;
    let leaf = this.#leafByKey.get(key);
    if (leaf === undefined) {
      leaf = createLeaf(labels, this.parts.length);
      this.#insert(leaf);
      this.#leafByKey.set(key, leaf);
    }
    return leaf;
  }

  /** In the order of labels: sums of floats depend on the order, and must be the same after a restart. */
  #insert(leaf: Leaf): void {
    const { leaves } = this;
    let low = 0;
    let high = leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (leaves[middle].labels.compare(leaf.labels) < 0) low = middle + 1;
      else high = middle;
    }
    leaves.splice(low, 0, leaf);
  }

  /** Gives a leaf its slot, in the place of its bound. */
  addSlot(leaf: Leaf, slot: number, bound: number | undefined): void {
    if (bound === undefined) {
      leaf.slots.push(slot);
      return;
    }
    let at = leaf.bounds.findIndex((other) => other > bound);
    if (at < 0) at = leaf.bounds.length;
    leaf.bounds.splice(at, 0, bound);
    leaf.slots.splice(at, 0, slot);
    leaf.bucketRates = new Float64Array(leaf.bounds.length);
  }

  /**
   * The first sample of a new series is about to come. When its source has been sending this metric already, the new
   * combination of labels has occurred for the first time: it stood at 0 before. Otherwise nobody knows.
   */
  beginSlot(leaf: Leaf, slot: number, samples: SampleTable, lookMs: number, openLook: number): void {
    if (this.kind === 'gauge') return;
    const source = sourceOf(leaf.labels);
    const sibling = this.#leafBySource.get(source);
    if (sibling === undefined) {
      this.#leafBySource.set(source, leaf);
      return;
    }
    const [first] = sibling.slots;
    if (sibling === leaf || first === undefined) return;
    const siblingMs = samples.timeMs(first, openLook - 1);
    const recentMs = 3 * Math.max(samples.intervalMs(first), lookMs);
    if ((openLook - 1) * lookMs - siblingMs <= recentMs) samples.beginAtZero(slot, lookMs, openLook);
  }

  removeLeaf(leaf: Leaf): void {
    const source = sourceOf(leaf.labels);
    if (this.#leafBySource.get(source) === leaf) this.#leafBySource.delete(source);
    this.#leafByKey.delete(leaf.labels.key);
    this.leaves.splice(this.leaves.indexOf(leaf), 1);
  }

  /** What a look needs of the one before it, when nothing else is wanted of it. */
  settle(look: number, samples: SampleTable): void {
    for (const leaf of this.leaves) for (const slot of leaf.slots) samples.settle(slot, look);
  }

  /** Leaves without samples since `sinceMs`. */
  silent(sinceMs: number, samples: SampleTable): Leaf[] {
    return this.leaves.filter(({ slots }) => slots.every((slot) => samples.newestMs(slot) < sinceMs));
  }

  /** Looks at every signal. Yields now and then, for the caller to pause; nothing of a later look may come between. */
  *look(timeMs: number, look: number, context: FamilyContext): Generator<void> {
    this.hot = [];
    const sums = this.totalValues.fill(0);
    this.#totalBuckets.fill(0);
    this.#totalNative = undefined;
    let present = 0;
    for (let i = this.leaves.length - 1; i >= 0; i--) {
      const leaf = this.leaves[i];
      const fresh = this.#read(leaf, timeMs, look, context);
      if (fresh) {
        present += 1;
        for (let part = 0; part < sums.length; part++) sums[part] += leaf.values[part];
        if (leaf.bounds.length > 0) this.#addBuckets(leaf);
        else if (leaf.nativeRates !== undefined) this.#addNative(leaf.nativeRates);
        if (leaf.valueMs > this.totalMs) this.totalMs = leaf.valueMs;
      }
      this.#judgeLeaf(leaf, timeMs, fresh, context);
      if (i % LEAVES_PER_TURN === 0) yield;
    }
    // Whether gauges may be added nobody has said.
    if (this.leaves.length > 1 && this.totals.length === 0 && this.kind !== 'gauge')
      this.totals = context.createSignals(this, undefined);
    if (this.totals.length === 0) return;
    const windowMs = context.windowLooks * context.lookMs;
    if (this.kind === 'histogram') this.#finishTotals(windowMs);
    else if (this.kind === 'native') this.#finishNativeTotals(windowMs);
    const { totals } = this;
    for (let part = 0; part < totals.length; part++) {
      const value = sums[part];
      if (present > 0 && Number.isNaN(value)) continue;
      const seat: SignalSeat = { signal: totals[part], leaf: undefined, part };
      this.#judge(seat, timeMs, value, this.totalMs, present === 0, context);
    }
  }

  /** Brings the leaf's values up to date. False when it has none at this look. */
  #read(leaf: Leaf, timeMs: number, look: number, context: FamilyContext): boolean {
    const { samples } = context;
    for (const slot of leaf.slots) samples.settle(slot, look);
    const [first] = leaf.slots;
    const sampleMs = samples.timeMs(first, look);
    const value = samples.value(first, look);
    if (Number.isNaN(sampleMs) || Number.isNaN(value)) return false;
    if (sampleMs > leaf.valueMs) {
      const before = leaf.values[0];
      if (this.kind === 'gauge') leaf.values[0] = value;
      else if (!readRates(leaf, this.kind, look, context)) return false;
      leaf.valueMs = sampleMs;
      leaf.changes = leaf.changes * CHANGES_KEEP + (leaf.values[0] === before ? 0 : 1);
    }
    return timeMs - sampleMs <= LAG_MS + 2.5 * samples.intervalMs(first);
  }

  #addBuckets(leaf: Leaf): void {
    if (this.#totalBuckets.length < leaf.bounds.length)
      this.#totalBuckets = new Float64Array(leaf.bounds.length);
    for (let i = 0; i < leaf.bounds.length; i++) this.#totalBuckets[i] += leaf.bucketRates[i];
  }

  #addNative(rates: Histogram): void {
    if (this.#totalNative === undefined) this.#totalNative = rates;
    else if (this.#totalNative !== null) this.#totalNative = sumOf(this.#totalNative, rates) ?? null;
  }

  #finishNativeTotals(windowMs: number): void {
    const rates = this.#totalNative;
    if (rates === undefined || rates === null) this.totalValues.fill(Number.NaN, 0, quantiles.length);
    else partsOfNative(rates, windowMs, this.totalValues);
  }

  /** The quantiles of all leaves together, when they have the same bounds. */
  #finishTotals(windowMs: number): void {
    const [first] = this.leaves;
    const { bounds } = first;
    const same = this.leaves.every(
      (leaf) => leaf.bounds.length === bounds.length && leaf.bounds.every((bound, i) => bound === bounds[i]),
    );
    if (same) partsOfBuckets(bounds, this.#totalBuckets, windowMs, this.totalValues);
    else this.totalValues.fill(Number.NaN, 0, quantiles.length);
  }

  #judgeLeaf(leaf: Leaf, timeMs: number, fresh: boolean, context: FamilyContext): void {
    if (leaf.signals.length === 0) {
      if (!fresh) return;
      leaf.signals = context.createSignals(this, leaf);
    }
    const { signals } = leaf;
    for (let part = 0; part < signals.length; part++) {
      const signal = signals[part];
      if (!fresh) {
        signal.rest();
        continue;
      }
      const value = leaf.values[part];
      if (!Number.isNaN(value))
        this.#judge({ signal, leaf, part }, timeMs, value, leaf.valueMs, false, context);
    }
  }

  /** `missing`: there is no value any more, and that there is none is told to the detector step by step. */
  #judge(
    seat: SignalSeat,
    timeMs: number,
    value: number,
    valueMs: number,
    missing: boolean,
    context: FamilyContext,
  ): void {
    const { signal } = seat;
    if (timeMs % signal.stepMs === 0) {
      if (missing || valueMs > signal.committedMs) {
        if (signal.commit(timeMs, missing ? Number.NaN : value)) context.told(seat, timeMs);
        if (signal.history?.add(timeMs, missing ? Number.NaN : value) === true)
          context.forecast(seat, timeMs);
      }
    } else if (valueMs > timeMs - context.lookMs && signal.look(timeMs, value)) {
      context.told(seat, timeMs);
    }
    if (signal.latest.inEpisode) this.hot.push(seat);
  }
}
