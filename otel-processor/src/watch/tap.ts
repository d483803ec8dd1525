import { type Batch, type Histogram, isStale, type SeriesRegistry, wordsOf } from '../model/index.ts';
import { leafLabelsOf } from './history-reader.ts';
import { roleOf, type SeriesRole } from './metric-kind.ts';
import type { RowBuffer } from './row-buffer.ts';
import type { SampleTable } from './sample-table.ts';
import { AWAITED, IGNORED, SeriesMap, slotOf, UNKNOWN } from './series-map.ts';
import type { Timeline } from './timeline.ts';

export interface TapPorts {
  readonly registry: SeriesRegistry;
  readonly samples: SampleTable;
  readonly lookMs: number;
  readonly typeOf: Parameters<typeof roleOf>[1];
  /** Series that others made of what came in: view results, recorded rules. */
  isDerived(metricName: string): boolean;
  /** Families that are watched live. */
  live(): Timeline;
  /** A family that is not: true when it is to be, once its history has been read. */
  await(role: SeriesRole): boolean;
  /** A sample so old that it is history to a family watched live, or to one that is awaited (undefined). */
  historic(family: string | undefined): void;
}

/** A sample that lies so far behind the looks belongs to a load of history. */
const HISTORIC_MS = 900_000;

/** Takes every stored row that belongs to a watched series into the sample table, in the turn in which it is stored. */
export class Tap {
  readonly map = new SeriesMap();
  readonly #ports: TapPorts;
  /** Set while rows of awaited families must be kept. */
  buffer: RowBuffer | undefined;
  /** Rows that came after their look. */
  late = 0;

  constructor(ports: TapPorts) {
    this.#ports = ports;
  }

  take(batch: Batch): void {
    const { count, seriesIds, timestampsMs, values, histograms } = batch;
    const { map } = this;
    map.sync(this.#ports.registry.generation);
    const words = wordsOf(values);
    for (let row = 0; row < count; row++) {
      const seriesId = seriesIds[row];
      const entry = map.entry(seriesId);
      if (entry === IGNORED) continue;
      const histogram = histograms?.get(row);
      const stale = histogram === undefined && isStale(words, row);
      this.#row(seriesId, entry, timestampsMs[row], values[row], stale, histogram);
    }
  }

  /** Takes the rows of a buffer, and keeps no more. */
  release(buffer: RowBuffer): void {
    this.buffer = undefined;
    const { seriesIds, timestampsMs, values, stale } = buffer;
    for (let row = 0; row < buffer.count; row++) {
      this.#row(
        seriesIds[row],
        this.map.entry(seriesIds[row]),
        timestampsMs[row],
        values[row],
        stale[row] === 1,
        buffer.histograms.get(row),
      );
    }
  }

  #row(
    seriesId: number,
    known: number,
    timestampMs: number,
    value: number,
    stale: boolean,
    histogram: Histogram | undefined,
  ): void {
    const { samples, lookMs } = this.#ports;
    const { openLook } = this.#ports.live();
    const entry = known === UNKNOWN ? this.#meet(seriesId, timestampMs, histogram !== undefined) : known;
    if (entry === AWAITED) {
      this.buffer?.add(seriesId, timestampMs, value, { isStale: stale, histogram });
      if (timestampMs < openLook * lookMs - HISTORIC_MS) this.#ports.historic(undefined);
    }
    if (entry <= 0) return;
    if (timestampMs <= (openLook - 1) * lookMs) this.late += 1;
    if (stale) samples.stop(entry - 1, timestampMs, lookMs, openLook);
    else if (histogram !== undefined)
      samples.observeHistogram(entry - 1, timestampMs, histogram, lookMs, openLook);
    else if (!Number.isNaN(value)) samples.observe(entry - 1, timestampMs, value, lookMs, openLook);
  }

  /** Finds out what a series is. */
  #meet(seriesId: number, timestampMs: number, isHistogram: boolean): number {
    const { registry, typeOf, samples, lookMs } = this.#ports;
    const { map } = this;
    if (!registry.isLive(seriesId)) return UNKNOWN;
    const labels = registry.labels(seriesId);
    const named = roleOf(labels, typeOf);
    // Nobody may have told its type.
    const role: SeriesRole | undefined =
      named !== undefined && isHistogram ? { ...named, kind: 'native', bound: undefined } : named;
    if (role === undefined || this.#ports.isDerived(labels.metricName ?? '')) {
      map.mark(seriesId, IGNORED);
      return IGNORED;
    }
    const live = this.#ports.live();
    const watched = live.families.get(role.family);
    if (watched === undefined || watched.family.kind !== role.kind) {
      const mark = watched === undefined && this.#ports.await(role) ? AWAITED : IGNORED;
      map.mark(seriesId, mark);
      return mark;
    }
    const leaf = watched.family.leafOf(leafLabelsOf(labels, role.bound));
    const slot = slotOf(watched, leaf, role.bound, (isCounter) => samples.add(isCounter));
    map.assign(seriesId, slot);
    const isNew = samples.newestMs(slot) === Number.NEGATIVE_INFINITY;
    if (isNew) watched.family.beginSlot(leaf, slot, samples, lookMs, live.openLook);
    if (isNew && timestampMs < live.openLook * lookMs - HISTORIC_MS) this.#ports.historic(role.family);
    return slot + 1;
  }
}
