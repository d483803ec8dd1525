import { isFault } from '../base/index.ts';
import {
  createMatcher,
  type Histogram,
  isStale,
  type LabelSet,
  type Matcher,
  METRIC_NAME,
} from '../model/index.ts';
import { createSampleBuffer, type Querier } from '../store/types.ts';
import type { Leaf } from './leaf.ts';
import { roleOf } from './metric-kind.ts';
import type { SampleTable } from './sample-table.ts';
import { slotOf } from './series-map.ts';
import type { WatchedFamily } from './timeline.ts';

/** The labels that leaves are told apart by: without the bound of a bucket. */
const leafLabelsDropped: ReadonlySet<string> = new Set(['le']);

/** Samples of one series within a slice of time, in time order. */
export interface SlotSamples {
  readonly leaf: Leaf;
  readonly slot: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly words: Uint32Array;
  /** Native ones, by index. */
  readonly histograms: ReadonlyMap<number, Histogram> | undefined;
  next: number;
}

export interface HistoryPorts {
  readonly querier: Querier;
  readonly samples: SampleTable;
  readonly typeOf: Parameters<typeof roleOf>[1];
}

/** Reads the stored samples of one family in [fromMs, toMs], and gives its new series their slots. */
export async function readFamily(
  watched: WatchedFamily,
  fromMs: number,
  toMs: number,
  { querier, samples, typeOf }: HistoryPorts,
  pause: () => Promise<void> | undefined,
): Promise<readonly SlotSamples[]> {
  const { family } = watched;
  const name = family.kind === 'histogram' ? `${family.name}_bucket` : family.name;
  const selected = await querier.select([equal(METRIC_NAME, name)], fromMs, toMs);
  const found: SlotSamples[] = [];
  const buffer = createSampleBuffer();
  for (const series of selected) {
    const role = roleOf(series.labels, typeOf);
    if (role === undefined || role.family !== family.name) continue;
    await series.read(buffer);
    if (buffer.count === 0) continue;
    const leaf = family.leafOf(leafLabelsOf(series.labels, role.bound));
    const slot = slotOf(watched, leaf, role.bound, (isCounter) => samples.add(isCounter));
    // Whole columns: a staleness marker is bits, not a number.
    const values = buffer.values.slice(0, buffer.count);
    const timestampsMs = buffer.timestampsMs.slice(0, buffer.count);
    const words = new Uint32Array(values.buffer);
    const histograms = buffer.histograms === undefined ? undefined : new Map(buffer.histograms);
    found.push({ leaf, slot, timestampsMs, values, words, histograms, next: 0 });
    const waiting = pause();
    if (waiting !== undefined) await waiting;
  }
  return found;
}

export function leafLabelsOf(labels: LabelSet, bound: number | undefined): LabelSet {
  return bound === undefined ? labels : labels.without(leafLabelsDropped);
}

/** Shows the table what came up to `timeMs`. */
export function feed(
  { family }: WatchedFamily,
  series: readonly SlotSamples[],
  timeMs: number,
  lookMs: number,
  openLook: number,
  samples: SampleTable,
): void {
  for (const each of series) {
    const { timestampsMs, values, words, histograms, slot } = each;
    let at = each.next;
    if (
      at < timestampsMs.length &&
      timestampsMs[at] <= timeMs &&
      samples.newestMs(slot) === Number.NEGATIVE_INFINITY
    )
      family.beginSlot(each.leaf, slot, samples, lookMs, openLook);
    for (; at < timestampsMs.length && timestampsMs[at] <= timeMs; at++) {
      const histogram = histograms?.get(at);
      if (histogram !== undefined)
        samples.observeHistogram(slot, timestampsMs[at], histogram, lookMs, openLook);
      else if (isStale(words, at)) samples.stop(slot, timestampsMs[at], lookMs, openLook);
      else samples.observe(slot, timestampsMs[at], values[at], lookMs, openLook);
    }
    each.next = at;
  }
}

function equal(name: string, value: string): Matcher {
  const matcher = createMatcher('=', name, value);
  if (isFault(matcher)) throw new Error(matcher.message);
  return matcher;
}
