import type { ByteReader, ByteWriter } from '../base/index.ts';
import { grownFloats, RowAccumulations, readFloat, writeFloat } from '../math/index.ts';

/** How far one visitor came. */
export interface FunnelPath {
  /** Number of steps reached in order, from 0. */
  readonly reached: number;
  /** Event times of the steps reached, of one path that fits. */
  readonly timesMs: readonly number[];
}

/**
 * The furthest path through `stepCount` steps in order, all within `withinMs` of its first step. `log` is flat:
 * time, step, time, step, ... in any order. A step at the very time of the one before counts as after it. For each
 * step the path with the latest beginning is kept, because it leaves the most time for the rest.
 */
export function furthestPath(log: readonly number[], stepCount: number, withinMs: number): FunnelPath {
  const events: Array<readonly [timeMs: number, step: number]> = [];
  for (let i = 0; i < log.length; i += 2) events.push([log[i], log[i + 1]]);
  // At one time later steps go first, so that one event time cannot carry a path through two steps backwards.
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const paths: Array<readonly number[] | undefined> = new Array(stepCount).fill(undefined);
  let best: readonly number[] = [];
  for (const [timeMs, step] of events) {
    const before = step === 0 ? [] : paths[step - 1];
    if (before === undefined || (before.length > 0 && timeMs - before[0] > withinMs)) continue;
    const path = [...before, timeMs];
    // Of paths to the same step the one that began later is at least as good; on a tie the earlier arrival.
    const known = paths[step];
    if (known === undefined || path[0] > known[0]) paths[step] = path;
    if (path.length > best.length) best = path;
  }
  return { reached: best.length, timesMs: best };
}

export interface FunnelResult {
  /** Visitors that came at least so far, by step. */
  readonly reached: readonly number[];
  /** Mean time from the step before, in seconds, of those that came so far; NaN for none and for the first step. */
  readonly secondsFromPrevious: readonly number[];
}

/** Visitors by step reached, and the times they took. Exact; times are sums of milliseconds. */
export class FunnelCounts extends RowAccumulations<FunnelResult> {
  readonly stepCount: number;
  #counts = new Float64Array(0);
  #millis = new Float64Array(0);

  constructor(stepCount: number) {
    super();
    this.stepCount = stepCount;
  }

  create(): FunnelCounts {
    return new FunnelCounts(this.stepCount);
  }

  reserve(rowCount: number): void {
    this.#counts = grownFloats(this.#counts, rowCount * this.stepCount);
    this.#millis = grownFloats(this.#millis, rowCount * this.stepCount);
  }

  clear(row: number): void {
    this.#counts.fill(0, row * this.stepCount, (row + 1) * this.stepCount);
    this.#millis.fill(0, row * this.stepCount, (row + 1) * this.stepCount);
  }

  /** A single event says nothing about a path: see `addPath`. */
  add(): void {}

  addPath(row: number, { timesMs }: FunnelPath): void {
    const at = row * this.stepCount;
    timesMs.forEach((timeMs, step) => {
      this.#counts[at + step] += 1;
      if (step > 0) this.#millis[at + step] += timeMs - timesMs[step - 1];
    });
  }

  merge(row: number, source: FunnelCounts, sourceRow: number): void {
    for (let step = 0; step < this.stepCount; step++) {
      this.#counts[row * this.stepCount + step] += source.#counts[sourceRow * this.stepCount + step];
      this.#millis[row * this.stepCount + step] += source.#millis[sourceRow * this.stepCount + step];
    }
  }

  result(row: number): FunnelResult {
    const reached: number[] = [];
    const secondsFromPrevious: number[] = [];
    for (let step = 0; step < this.stepCount; step++) {
      const at = row * this.stepCount + step;
      reached.push(this.#counts[at]);
      secondsFromPrevious.push(step === 0 ? Number.NaN : this.#millis[at] / 1000 / this.#counts[at]);
    }
    return { reached, secondsFromPrevious };
  }

  encode(row: number, writer: ByteWriter): void {
    for (let step = 0; step < this.stepCount; step++) {
      writeFloat(writer, this.#counts[row * this.stepCount + step]);
      writeFloat(writer, this.#millis[row * this.stepCount + step]);
    }
  }

  decode(row: number, reader: ByteReader): void {
    for (let step = 0; step < this.stepCount; step++) {
      this.#counts[row * this.stepCount + step] = readFloat(reader);
      this.#millis[row * this.stepCount + step] = readFloat(reader);
    }
  }

  get sizeBytes(): number {
    return this.#counts.byteLength + this.#millis.byteLength;
  }
}
