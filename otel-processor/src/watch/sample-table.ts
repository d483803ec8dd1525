import { assert, type ByteReader, type ByteWriter } from '../base/index.ts';
import type { Histogram } from '../model/index.ts';
import { WINDOW_LOOKS_MAX } from './config.ts';
import { HistogramTrail } from './histogram-trail.ts';
import { emptyLike, increaseOf } from './native-buckets.ts';

/** Looks that a slot remembers: the window, and as many again that are still open. */
const RING = 16;
/** So far ahead of the first open look samples are kept apart by look. */
const AHEAD_MAX = RING - WINDOW_LOOKS_MAX - 2;

const COUNTER = 1;
const USED = 2;
const NATIVE = 4;

/**
 * The newest sample of each watched series at each of the last looks, as columns by slot. Counters are kept as running
 * totals that resets do not lower; native histograms as running totals of their counts, with a trail of them. The value at a look is that of PromQL: the newest sample at or before it. So neither
 * the order of arrival within a look nor a sample that comes twice changes anything.
 */
export class SampleTable {
  #capacity = 0;
  #end = 0;
  readonly #free: number[] = [];
  #flags = new Uint8Array(0);
  #newestMs = new Float64Array(0);
  #newestRaw = new Float64Array(0);
  #newestTotal = new Float64Array(0);
  /** Time of the first sample after the newest reset of a counter. */
  #resetMs = new Float64Array(0);
  /** Usual distance of samples, a moving average. */
  #intervalMs = new Float32Array(0);
  #looks = new Float64Array(0);
  #timesMs = new Float64Array(0);
  #totals = new Float64Array(0);
  /** Of native histograms, by slot. */
  #trails = new Map<number, HistogramTrail>();

  add(isCounter: boolean): number {
    const slot = this.#free.pop() ?? this.#end++;
    if (slot >= this.#capacity) this.#grow();
    this.#flags[slot] = USED | (isCounter ? COUNTER : 0);
    this.#newestMs[slot] = Number.NEGATIVE_INFINITY;
    this.#newestRaw[slot] = 0;
    this.#resetMs[slot] = Number.NEGATIVE_INFINITY;
    this.#newestTotal[slot] = 0;
    this.#intervalMs[slot] = 0;
    this.#looks.fill(-1, slot * RING, slot * RING + RING);
    return slot;
  }

  remove(slot: number): void {
    assert((this.#flags[slot] & USED) !== 0, 'the slot is in use');
    this.#flags[slot] = 0;
    this.#trails.delete(slot);
    this.#free.push(slot);
  }

  get size(): number {
    return this.#end - this.#free.length;
  }

  /** Takes a sample; one that is not newer than the newest changes nothing. `openLook`: the first look not yet done. */
  observe(slot: number, timestampMs: number, value: number, lookMs: number, openLook: number): boolean {
    const lastMs = this.#newestMs[slot];
    if (!(timestampMs > lastMs)) return false;
    if ((this.#flags[slot] & COUNTER) !== 0) {
      const raw = this.#newestRaw[slot];
      if (value < raw) this.#resetMs[slot] = timestampMs;
      else if (lastMs !== Number.NEGATIVE_INFINITY) this.#newestTotal[slot] += value - raw;
      this.#newestRaw[slot] = value;
    } else {
      this.#newestTotal[slot] = value;
    }
    if (lastMs !== Number.NEGATIVE_INFINITY) {
      const interval = this.#intervalMs[slot];
      const distanceMs = timestampMs - lastMs;
      // A pause is not the usual distance.
      if (interval === 0) this.#intervalMs[slot] = distanceMs;
      else this.#intervalMs[slot] = interval + 0.1 * (Math.min(distanceMs, 4 * interval) - interval);
    }
    this.#newestMs[slot] = timestampMs;
    this.#put(slot, timestampMs, this.#newestTotal[slot], lookMs, openLook);
    return true;
  }

  /** As `observe`, of a native histogram, which must not be changed any more. */
  observeHistogram(
    slot: number,
    timestampMs: number,
    histogram: Histogram,
    lookMs: number,
    openLook: number,
  ): void {
    let trail = this.#trails.get(slot);
    if (trail === undefined) {
      trail = new HistogramTrail();
      this.#trails.set(slot, trail);
      this.#flags[slot] |= NATIVE;
      // A slot that has looks before its first sample is one that began at 0.
      const beginsAtZero = this.#newestMs[slot] !== Number.NEGATIVE_INFINITY;
      if (beginsAtZero) trail.put(0, emptyLike(histogram), 0);
    }
    if (!this.observe(slot, timestampMs, histogram.count, lookMs, openLook)) return;
    trail.put(lookFor(timestampMs, lookMs, openLook), histogram, openLook - 1 - WINDOW_LOOKS_MAX);
  }

  /** Like `increase`, of a native histogram; undefined instead of NaN. */
  histogramIncrease(slot: number, look: number, windowLooks: number): Histogram | undefined {
    const trail = this.#trails.get(slot);
    const now = trail?.at(look);
    const before = trail?.at(look - windowLooks);
    return now === undefined || before === undefined ? undefined : increaseOf(now, before);
  }

  /** A counter that is new, but is known to have stood at 0 at the looks before `openLook`. */
  beginAtZero(slot: number, lookMs: number, openLook: number): void {
    this.#newestMs[slot] = (openLook - 1) * lookMs;
    for (let look = openLook - 1 - WINDOW_LOOKS_MAX; look < openLook; look++) {
      const at = slot * RING + (look % RING);
      this.#looks[at] = look;
      this.#timesMs[at] = look * lookMs;
      this.#totals[at] = 0;
    }
  }

  /** The series has ended for now (a staleness marker): it has no value until its next sample. */
  stop(slot: number, timestampMs: number, lookMs: number, openLook: number): void {
    if (!(timestampMs > this.#newestMs[slot])) return;
    this.#newestMs[slot] = timestampMs;
    this.#put(slot, timestampMs, Number.NaN, lookMs, openLook);
    const look = lookFor(timestampMs, lookMs, openLook);
    this.#trails.get(slot)?.put(look, undefined, openLook - 1 - WINDOW_LOOKS_MAX);
  }

  /** Makes the slot's value at `look` final. To be called for each look, in order. */
  settle(slot: number, look: number): void {
    const at = slot * RING + (look % RING);
    if (this.#looks[at] === look) return;
    const before = slot * RING + ((look + RING - 1) % RING);
    if (this.#looks[before] !== look - 1) return;
    this.#looks[at] = look;
    this.#timesMs[at] = this.#timesMs[before];
    this.#totals[at] = this.#totals[before];
  }

  /** Time of the newest sample at a settled look; NaN when there is none. */
  timeMs(slot: number, look: number): number {
    const at = slot * RING + (look % RING);
    return this.#looks[at] === look ? this.#timesMs[at] : Number.NaN;
  }

  /** The newest value, or total, at a settled look; NaN when there is none. */
  value(slot: number, look: number): number {
    const at = slot * RING + (look % RING);
    return this.#looks[at] === look ? this.#totals[at] : Number.NaN;
  }

  /**
   * What was added within the window, between its newest samples. NaN when the series does not reach back so far, or
   * was reset meanwhile: nobody knows when that was, so what came after it is no rate.
   */
  increase(slot: number, look: number, windowLooks: number): number {
    if (this.#resetMs[slot] > this.timeMs(slot, look - windowLooks)) {
      if (this.#resetMs[slot] <= this.timeMs(slot, look)) return Number.NaN;
    }
    return this.value(slot, look) - this.value(slot, look - windowLooks);
  }

  /** The time over which `increase` is, ms; 0 when there was no sample within the window. */
  spanMs(slot: number, look: number, windowLooks: number): number {
    return this.timeMs(slot, look) - this.timeMs(slot, look - windowLooks);
  }

  intervalMs(slot: number): number {
    return this.#intervalMs[slot];
  }

  /** Time of the newest sample, settled or not; -Infinity before the first. */
  newestMs(slot: number): number {
    return this.#newestMs[slot];
  }

  /** An independent copy, made in one go: it is only memory. */
  copy(): SampleTable {
    const copy = new SampleTable();
    copy.#capacity = this.#capacity;
    copy.#end = this.#end;
    copy.#flags = this.#flags.slice();
    copy.#newestMs = this.#newestMs.slice();
    copy.#newestRaw = this.#newestRaw.slice();
    copy.#newestTotal = this.#newestTotal.slice();
    copy.#resetMs = this.#resetMs.slice();
    copy.#intervalMs = this.#intervalMs.slice();
    copy.#looks = this.#looks.slice();
    copy.#timesMs = this.#timesMs.slice();
    copy.#totals = this.#totals.slice();
    copy.#trails = new Map([...this.#trails].map(([slot, trail]) => [slot, trail.copy()]));
    return copy;
  }

  get sizeBytes(): number {
    return this.#capacity * (1 + 8 * 4 + 4 + RING * 24);
  }

  encode(slot: number, writer: ByteWriter): void {
    writer.uint8(this.#flags[slot]);
    writer.float64(this.#newestMs[slot]);
    writer.float64(this.#newestRaw[slot]);
    writer.float64(this.#newestTotal[slot]);
    writer.float64(this.#resetMs[slot]);
    writer.float64(this.#intervalMs[slot]);
    for (let at = slot * RING; at < slot * RING + RING; at++) {
      writer.float64(this.#looks[at]);
      if (this.#looks[at] < 0) continue;
      writer.float64(this.#timesMs[at]);
      writer.float64(this.#totals[at]);
    }
    this.#trails.get(slot)?.encode(writer);
  }

  decode(reader: ByteReader): number {
    const flags = reader.uint8();
    const slot = this.add((flags & COUNTER) !== 0);
    this.#newestMs[slot] = reader.float64();
    this.#newestRaw[slot] = reader.float64();
    this.#newestTotal[slot] = reader.float64();
    this.#resetMs[slot] = reader.float64();
    this.#intervalMs[slot] = reader.float64();
    for (let at = slot * RING; at < slot * RING + RING; at++) {
      this.#looks[at] = reader.float64();
      if (this.#looks[at] < 0) continue;
      this.#timesMs[at] = reader.float64();
      this.#totals[at] = reader.float64();
    }
    if ((flags & NATIVE) !== 0) {
      this.#flags[slot] |= NATIVE;
      this.#trails.set(slot, HistogramTrail.decode(reader));
    }
    return slot;
  }

  #put(slot: number, timestampMs: number, total: number, lookMs: number, openLook: number): void {
    const look = lookFor(timestampMs, lookMs, openLook);
    const at = slot * RING + (look % RING);
    this.#looks[at] = look;
    this.#timesMs[at] = timestampMs;
    this.#totals[at] = total;
  }

  #grow(): void {
    this.#capacity = Math.max(64, Math.ceil(this.#capacity * 1.5));
    const { length } = this.#flags;
    const grow = <T extends Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
      from: T,
      to: T,
    ): T => {
      to.set(from);
      return to;
    };
    const size = this.#capacity;
    assert(size > length, 'the table grows');
    this.#flags = grow(this.#flags, new Uint8Array(size));
    this.#newestMs = grow(this.#newestMs, new Float64Array(size));
    this.#newestRaw = grow(this.#newestRaw, new Float64Array(size));
    this.#newestTotal = grow(this.#newestTotal, new Float64Array(size));
    this.#resetMs = grow(this.#resetMs, new Float64Array(size));
    this.#intervalMs = grow(this.#intervalMs, new Float32Array(size));
    this.#looks = grow(this.#looks, new Float64Array(size * RING));
    this.#timesMs = grow(this.#timesMs, new Float64Array(size * RING));
    this.#totals = grow(this.#totals, new Float64Array(size * RING));
  }
}

/** What comes after its look counts at the next one; what is far ahead must not overwrite the window. */
function lookFor(timestampMs: number, lookMs: number, openLook: number): number {
  return Math.min(Math.max(Math.ceil(timestampMs / lookMs), openLook), openLook + AHEAD_MAX);
}
