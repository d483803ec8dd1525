import type { Histogram } from '../model/index.ts';

/** Rows that came while their series' history was read to its end; they are taken afterwards. */
export class RowBuffer {
  count = 0;
  seriesIds = new Uint32Array(1024);
  timestampsMs = new Float64Array(1024);
  values = new Float64Array(1024);
  /** By row: the series has ended (a staleness marker). */
  stale = new Uint8Array(1024);
  /** By row: native histograms. */
  readonly histograms = new Map<number, Histogram>();

  add(
    seriesId: number,
    timestampMs: number,
    value: number,
    { isStale, histogram }: { readonly isStale: boolean; readonly histogram: Histogram | undefined },
  ): void {
    if (this.count === this.seriesIds.length) this.#grow();
    const row = this.count++;
    this.seriesIds[row] = seriesId;
    this.timestampsMs[row] = timestampMs;
    this.values[row] = isStale ? 0 : value;
    this.stale[row] = isStale ? 1 : 0;
    if (histogram !== undefined) this.histograms.set(row, histogram);
  }

  #grow(): void {
    const size = this.seriesIds.length * 2;
    const seriesIds = new Uint32Array(size);
    seriesIds.set(this.seriesIds);
    this.seriesIds = seriesIds;
    const timestampsMs = new Float64Array(size);
    timestampsMs.set(this.timestampsMs);
    this.timestampsMs = timestampsMs;
    const values = new Float64Array(size);
    values.set(this.values);
    this.values = values;
    const stale = new Uint8Array(size);
    stale.set(this.stale);
    this.stale = stale;
  }
}
