import type { LabelRecord } from '../model/index.ts';
import type { Family } from './family.ts';
import type { Leaf } from './leaf.ts';
import type { Signal } from './signal.ts';
import type { Timeline } from './timeline.ts';

/** How watching stands as a whole. */
export interface WatchStatus {
  readonly families: number;
  /** Whose history is being read, or about to be. */
  readonly awaitedFamilies: number;
  /** With a detector; series that never changed have none. */
  readonly signals: number;
  /** That have none because of `watch.signals_max`. */
  readonly unwatchedSignals: number;
  /** Part of the history that has been read, in [0, 1]. */
  readonly historyDone: number;
  readonly lookedAtMs: number;
  /** Of one core. */
  readonly cpuShare: number;
  /** At a longer step because of `watch.cpu_share_max`. */
  readonly slowedSignals: number;
  readonly sizeBytes: number;
}

/** One watched signal. Numbers are NaN where there is none. */
export interface SignalStatus {
  readonly signal: string;
  readonly labels: LabelRecord;
  readonly stepMs: number;
  readonly awake: boolean;
  readonly warm: boolean;
  readonly score: number;
  readonly actual: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly sizeBytes: number;
}

/** At most `limit`, the highest score first. */
export function signalStatuses(timeline: Timeline, limit: number): readonly SignalStatus[] {
  const seats: Array<{ readonly signal: Signal; readonly labels: LabelRecord }> = [];
  for (const { family } of timeline.families.values()) {
    for (const signal of family.totals) seats.push({ signal, labels: {} });
    for (const leaf of family.leaves) {
      for (const signal of leaf.signals) seats.push({ signal, labels: labelsOf(family, leaf) });
    }
  }
  seats.sort((a, b) => b.signal.latest.score - a.signal.latest.score || compare(a.signal, b.signal));
  return seats.slice(0, limit).map(({ signal, labels }) => {
    const { warm, score, expected, lower, upper } = signal.latest;
    const { name, stepMs, awake, actual, sizeBytes } = signal;
    return { signal: name, labels, stepMs, awake, warm, score, actual, expected, lower, upper, sizeBytes };
  });
}

function labelsOf(_family: Family, leaf: Leaf): LabelRecord {
  const { __name__: _, ...labels } = leaf.labels.toRecord();
  return labels;
}

function compare(a: Signal, b: Signal): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
