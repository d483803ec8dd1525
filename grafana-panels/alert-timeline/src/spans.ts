import { type AlertState, type Interval, states } from './alerts.ts';

/** Spans of one lane, by time, without overlap: each has the most urgent state of the alerts within. */
export interface Spans {
  readonly startsMs: Float64Array;
  readonly endsMs: Float64Array;
  /** Index in `states`. */
  readonly states: Uint8Array;
  /** Alerts in that state. */
  readonly counts: Uint32Array;
  /** 1: an alert was over at its end. */
  readonly resolved: Uint8Array;
}

const stateIndex: ReadonlyMap<string, number> = new Map(states.map((state, i) => [state, i]));

export function urgencyOf({ state }: Interval): number {
  return stateIndex.get(state) ?? -1;
}

/** A sweep over starts and ends. Where no alert is, there is no span: gaps stay gaps. `intervals` are by start. */
export function spansOf(intervals: readonly Interval[]): Spans {
  const over = resolvedTimes(intervals);
  const ends = [...intervals].sort((a, b) => a.endMs - b.endMs);
  const counts = new Uint32Array(states.length);
  const spans = new SpanList(2 * intervals.length);
  let [started, ended] = [0, 0];
  while (ended < ends.length) {
    const start = intervals[started]?.startMs ?? Number.POSITIVE_INFINITY;
    const atMs = Math.min(start, ends[ended].endMs);
    for (; ended < ends.length && ends[ended].endMs === atMs; ended++) counts[urgencyOf(ends[ended])]--;
    for (; started < intervals.length && intervals[started].startMs === atMs; started++)
      counts[urgencyOf(intervals[started])]++;
    let state = counts.length - 1;
    while (state >= 0 && counts[state] === 0) state--;
    spans.change(atMs, state, state < 0 ? 0 : counts[state], over.has(atMs));
  }
  return spans.finish();
}

/** Spans as they come: a change that changes nothing makes none. */
class SpanList {
  readonly #startsMs: Float64Array;
  readonly #endsMs: Float64Array;
  readonly #states: Uint8Array;
  readonly #counts: Uint32Array;
  readonly #resolved: Uint8Array;
  #count = 0;
  #isOpen = false;

  constructor(capacity: number) {
    this.#startsMs = new Float64Array(capacity);
    this.#endsMs = new Float64Array(capacity);
    this.#states = new Uint8Array(capacity);
    this.#counts = new Uint32Array(capacity);
    this.#resolved = new Uint8Array(capacity);
  }

  /** From this time on it is this state, -1: none. */
  change(atMs: number, state: number, count: number, isOver: boolean): void {
    const last = this.#count - 1;
    if (this.#isOpen) {
      if (this.#states[last] === state && this.#counts[last] === count && !isOver) return;
      this.#endsMs[last] = atMs;
      this.#resolved[last] = isOver ? 1 : 0;
      this.#isOpen = false;
    }
    if (state < 0) return;
    this.#startsMs[this.#count] = atMs;
    this.#states[this.#count] = state;
    this.#counts[this.#count] = count;
    this.#count++;
    this.#isOpen = true;
  }

  finish(): Spans {
    return {
      startsMs: this.#startsMs.slice(0, this.#count),
      endsMs: this.#endsMs.slice(0, this.#count),
      states: this.#states.slice(0, this.#count),
      counts: this.#counts.slice(0, this.#count),
      resolved: this.#resolved.slice(0, this.#count),
    };
  }
}

/** Times at which an alert was over: its last interval ended, and nothing of it goes on from there. */
function resolvedTimes(intervals: readonly Interval[]): ReadonlySet<number> {
  const startsMs = new Map<string, Set<number>>();
  for (const { fingerprint, startMs } of intervals) {
    const known = startsMs.get(fingerprint);
    if (known === undefined) startsMs.set(fingerprint, new Set([startMs]));
    else known.add(startMs);
  }
  const over = new Set<number>();
  for (const { state, isOpen, endMs, fingerprint } of intervals) {
    if (state !== 'resolved' && !isOpen && startsMs.get(fingerprint)?.has(endMs) !== true) over.add(endMs);
  }
  return over;
}

/** Index of the first span that ends after a time: spans do not overlap, so ends ascend as well. */
export function firstSpanAfter({ endsMs }: Spans, timeMs: number): number {
  let [low, high] = [0, endsMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endsMs[middle] > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The states that there are, the most urgent first; resolved when an alert was over. */
export function statesIn(all: readonly Spans[]): readonly AlertState[] {
  const found = new Set<number>();
  for (const { states: own, resolved } of all) {
    for (let i = 0; i < own.length; i++) {
      found.add(own[i]);
      if (resolved[i] === 1) found.add(0);
    }
  }
  return states.filter((_state, i) => found.has(i)).reverse();
}
